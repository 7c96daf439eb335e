import type { Tally } from '@stream-aligner/lab';
import { duration } from '../terminal/figures.ts';
import { bar, createLiveLine, type LiveLine } from '../terminal/live-line.ts';
import type { CostOf } from './cost.ts';

/** One line about a build that goes on. */
export interface BuildProgress extends LiveLine {
  note(tally: Readonly<Tally>): void;
  /** Shows how many workers answer; without this, the build has none. */
  workers(count: number): void;
}

export function createBuildProgress({
  costOf,
  stream = process.stderr,
}: {
  costOf: CostOf;
  stream?: NodeJS.WriteStream;
}): BuildProgress {
  const began = performance.now();
  let latest: Readonly<Tally> | null = null;
  let workers: number | undefined;
  const line = createLiveLine(() => {
    const seconds = (performance.now() - began) / 1000;
    return latest && progressLine(latest, { seconds, cost: costOf(latest), workers });
  }, stream);
  return {
    note(tally) {
      latest = tally;
    },
    workers(count) {
      workers = count;
    },
    ...line,
  };
}

/** What a build has come to, in one line. */
export function progressLine(
  tally: Readonly<Tally>,
  { seconds, cost, workers }: { seconds: number; cost: number | null; workers?: number | undefined },
): string {
  const { total, seen, made, failed, tuples, keeps } = tally;
  const rate = seconds > 0 ? made / seconds : 0;
  const left = total === null || rate === 0 ? null : Math.max(0, total - seen) / rate;
  const parts = [
    total === null
      ? `${number(seen)} answers`
      : `${bar(seen / Math.max(1, total))} ${number(seen)}/${number(total)} answers`,
    `${rate.toFixed(1)}/s`,
    `${number(tuples)} tuples`,
    ...(tuples > 0 ? [`${Math.round((100 * keeps) / tuples)} % keeps`] : []),
    `${number(failed)} failed`,
    `${short(tokensOf(tally))} tokens`,
    ...(cost === null ? [] : [`cost ${cost.toFixed(2)}`]),
    ...(workers === undefined ? [] : [`${number(workers)} ${workers === 1 ? 'worker' : 'workers'}`]),
    ...(left === null ? [] : [`${duration(left)} left`]),
  ];
  return parts.join(' · ');
}

/** Tokens read and written by all models. */
export function tokensOf({ upstreams, annotator }: Readonly<Tally>): number {
  return [...Object.values(upstreams), annotator].reduce((sum, { input, output }) => sum + input + output, 0);
}

const number = (value: number) => value.toLocaleString('en');
const short = (value: number) =>
  value.toLocaleString('en', { notation: 'compact', maximumFractionDigits: 1 });
