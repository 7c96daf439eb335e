import { breakages } from './broken.ts';
import { type FindingKind, findingKinds } from './judge.ts';
import { type ChaosOptions, runChaos } from './run-all.ts';

/** Whether one kind of breakage was noticed. */
export interface Noticed {
  kind: FindingKind;
  /** How the gateway was broken. */
  how: string;
  /** True when the broken gateway was found out, and the unbroken one was not. */
  noticed: boolean;
  /** In how many schedules the broken gateway was found out, by kind. */
  broken: Record<string, number>;
  /** The same for the unbroken gateway under the same schedules: nothing. */
  unbroken: Record<string, number>;
}

/** Runs each deliberately broken gateway, and beside it the real one, under schedules in which the breakage shows. */
export async function breakSomething({
  seed,
  schedules = 8,
}: {
  seed: number;
  schedules?: number;
}): Promise<Noticed[]> {
  const results: Noticed[] = [];
  for (const { kind, how, adjust, create } of breakages) {
    // Nothing here is waited for longer than it must be: a busy machine cannot make a breakage go unnoticed.
    const options: ChaosOptions = { schedules, seed, adjust, concurrency: schedules };
    const broken = found(await runChaos({ ...options, create, slackMs: 1_000, settleMs: 1_000 }));
    const unbroken = found(await runChaos(options));
    const noticed = (broken[kind] ?? 0) > 0 && Object.keys(unbroken).length === 0;
    results.push({ kind, how, noticed, broken, unbroken });
  }
  return results;
}

function found(report: Awaited<ReturnType<typeof runChaos>>): Record<string, number> {
  return Object.fromEntries(findingKinds.flatMap((kind) => (report[kind] > 0 ? [[kind, report[kind]]] : [])));
}
