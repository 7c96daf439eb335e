import {
  type BuildNeeds,
  type BuildQueue,
  buildIdOf,
  connect,
  openBuildQueue,
  type WorkerPresence,
} from '@stream-aligner/lab';
import { printable } from '../terminal/printable.ts';
import type { BuildProgress } from './build-progress.ts';

/** The environment variable for a password that shall not stand in a command. */
export const PASSWORD_VARIABLE = 'STREAM_ALIGNER_QUEUE_PASSWORD';

/** Connects with the password of the environment, where the URL has none. */
export function connectToQueue(url: string, onNotice: (text: string) => void) {
  const password = process.env[PASSWORD_VARIABLE];
  return connect({ url, onNotice, ...(password !== undefined && { password }) });
}

/** Opens a build's queue, and tells the operator about its workers. */
export async function openQueue({
  url,
  out,
  needs,
  progress,
}: {
  url: string;
  out: string;
  needs: Omit<BuildNeeds, 'version'>;
  progress: BuildProgress;
}): Promise<BuildQueue> {
  const connection = await connectToQueue(url, progress.say);
  try {
    const onWorkers = createWorkersReport(progress, connection.shown);
    const build = await buildIdOf(out);
    const queue = await openBuildQueue({ connection, build, needs, onWorkers, onNotice: progress.say });
    return {
      ...queue,
      async close() {
        await queue.close();
        connection.close();
      },
    };
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** How long no worker may be there before that is said, in milliseconds. */
const PATIENCE_MS = 5_000;

/** Shows how many workers there are; says once why a worker refuses the build, and when none works for it. */
export function createWorkersReport(
  { say, workers: show }: Pick<BuildProgress, 'say' | 'workers'>,
  shown: string,
): (workers: readonly WorkerPresence[]) => void {
  const told = new Set<string>();
  let lonelySince: number | null = performance.now();
  return (workers) => {
    const working = workers.filter(({ refused }) => refused === undefined);
    show(working.length);
    for (const { name, refused } of workers) {
      if (refused === undefined || told.has(`${name} ${refused}`)) continue;
      told.add(`${name} ${refused}`);
      say(`Worker ${printable(name)} does not work for this build. ${printable(refused)}`);
    }
    if (working.length > 0) lonelySince = null;
    else if (lonelySince === null) lonelySince = performance.now();
    else if (performance.now() - lonelySince >= PATIENCE_MS) {
      lonelySince = Number.POSITIVE_INFINITY;
      say(
        `No worker works for this build. Start some, on any machine: stream-aligner worker --queue ${shown} --config …`,
      );
    }
  };
}
