import type { WorkerPresence } from '@stream-aligner/lab/queue';
import { printable } from '../terminal/printable.ts';
import type { BuildProgress } from './build-progress.ts';

/** How long no worker may be there before that is said, in milliseconds. */
const PATIENCE_MS = 5_000;

/** Shows how many workers there are; says once why a worker refuses the build, and when none works for it. */
export function createWorkersReport(
  { say, workers: show }: Pick<BuildProgress, 'say' | 'workers'>,
  shown: string,
  now: () => number = () => performance.now(),
): (workers: readonly WorkerPresence[]) => void {
  const told = new Set<string>();
  let lonelySince: number | null = now();
  return (workers) => {
    const working = workers.filter(({ refused }) => refused === undefined);
    show(working.length);
    for (const { name, refused } of workers) {
      if (refused === undefined || told.has(`${name} ${refused}`)) continue;
      told.add(`${name} ${refused}`);
      say(`Worker ${printable(name)} does not work for this build. ${printable(refused)}`);
    }
    if (working.length > 0) lonelySince = null;
    else if (lonelySince === null) lonelySince = now();
    else if (now() - lonelySince >= PATIENCE_MS) {
      lonelySince = Number.POSITIVE_INFINITY;
      say(
        `No worker works for this build. Start some, on any machine: stream-aligner worker --queue ${shown} --config …`,
      );
    }
  };
}
