import { StreamAlignerError, type Trace } from '@stream-aligner/core';
import type { TraceStore } from '@stream-aligner/gateway/traces';
import { buildFromTraces, finishData } from '@stream-aligner/lab';
import { withProgress } from '../terminal/progress.ts';
import type { BuildFlags } from './build-flags.ts';
import type { BuildSummary } from './build-summary.ts';

const PAGE = 50;

/** Builds data from what people said of traces. Gives what came of it. */
export async function runFromTraces(
  where: string,
  { prompts, flags }: { prompts: readonly string[]; flags: BuildFlags },
): Promise<BuildSummary> {
  requireNothingElse(prompts, flags);
  const began = performance.now();
  const { out } = flags;
  const store = await opened(where);
  try {
    const traces = await withProgress(
      'Reading the traces',
      buildFromTraces({ out, traces: reviewed(store) }),
    );
    const finished = await withProgress('Writing the files', finishData(flags));
    return { traces, judged: null, finished, seconds: (performance.now() - began) / 1000 };
  } finally {
    await store.close();
  }
}

async function opened(where: string): Promise<TraceStore> {
  // Only who reads traces waits for a database to load.
  const { openTraceStore } = await import('@stream-aligner/gateway/traces');
  const url = /^(sqlite|postgres(ql)?):/.test(where) ? where : `sqlite:${where}`;
  try {
    return await openTraceStore({ url, create: false });
  } catch (error) {
    if (StreamAlignerError.isInstance(error)) throw error;
    // What a database says may quote its address, and that holds a password.
    const { code = 'no reason given' } = error as { code?: unknown };
    throw new StreamAlignerError(
      'configuration',
      `The traces cannot be read (${String(code)}). Check the address, the name of the database, and who may read it.`,
      { cause: error },
    );
  }
}

async function* reviewed(store: TraceStore): AsyncGenerator<Trace, void, undefined> {
  let after: string | undefined;
  for (;;) {
    const page = await store.reviewed({ after, limit: PAGE });
    yield* page;
    if (page.length < PAGE) return;
    after = page.at(-1)?.id;
  }
}

/** Throws for what belongs to answers that are still to be made. */
function requireNothingElse(prompts: readonly string[], flags: BuildFlags): void {
  const { world, upstream, annotator, queue, limit, samples, field, retryFailures, finishOnly, improvement } =
    flags;
  const others = {
    prompts: prompts.length > 0 || undefined,
    '--world': world,
    '--upstream': upstream,
    '--annotator': annotator,
    '--queue': queue,
    '--limit': limit,
    '--samples': samples,
    '--field': field,
    '--retry-failures': retryFailures,
    '--finish-only': finishOnly,
    '--improvement': improvement === 'any' ? undefined : improvement,
  };
  const [first] = Object.entries(others).find(([, value]) => value !== undefined) ?? [];
  if (first === undefined) return;
  throw new StreamAlignerError(
    'invalid-request',
    `With --from-traces the answers are there and people have judged them, so ${first} means nothing. Leave it out.`,
  );
}
