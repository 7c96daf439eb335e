import type { Tally } from '@stream-aligner/lab';
import type { CostOf } from './cost.ts';

/** How often the line is drawn anew on a terminal, and how often one is added to a log. */
const [DRAW_MS, LOG_MS] = [250, 30_000];
const BAR = 20;

/** One line about a build that goes on: drawn over itself on a terminal, added every 30 seconds elsewhere. */
export interface BuildProgress {
  note(tally: Readonly<Tally>): void;
  /** Shows how many workers answer; without this, the build has none. */
  workers(count: number): void;
  /** Says something above the line. */
  say(text: string): void;
  /** Takes the line away. */
  end(): void;
}

export function createBuildProgress({
  costOf,
  stream = process.stderr,
}: {
  costOf: CostOf;
  stream?: NodeJS.WriteStream;
}): BuildProgress {
  const began = performance.now();
  const clear = '\r\x1b[K';
  let latest: Readonly<Tally> | null = null;
  let workers: number | undefined;
  const show = () => {
    if (latest === null) return;
    const seconds = (performance.now() - began) / 1000;
    const line = progressLine(latest, { seconds, cost: costOf(latest), workers });
    if (stream.isTTY) stream.write(`${clear}${line.slice(0, Math.max(20, stream.columns - 1))}`);
    else stream.write(`${line}\n`);
  };
  const timer = setInterval(show, stream.isTTY ? DRAW_MS : LOG_MS);
  timer.unref();
  return {
    note(tally) {
      latest = tally;
    },
    workers(count) {
      workers = count;
    },
    say(text) {
      stream.write(`${stream.isTTY ? clear : ''}stream-aligner: ${text}\n`);
    },
    end() {
      clearInterval(timer);
      if (stream.isTTY) stream.write(clear);
    },
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

function bar(share: number): string {
  const full = Math.min(BAR, Math.floor(BAR * share));
  return `[${'#'.repeat(full)}${'-'.repeat(BAR - full)}]`;
}

const number = (value: number) => value.toLocaleString('en');
const short = (value: number) =>
  value.toLocaleString('en', { notation: 'compact', maximumFractionDigits: 1 });

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
