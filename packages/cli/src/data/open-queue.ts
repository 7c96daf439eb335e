import {
  type BuildNeeds,
  type BuildQueue,
  buildIdOf,
  connect,
  openBuildQueue,
} from '@stream-aligner/lab/queue';
import { printable } from '../terminal/printable.ts';
import type { BuildProgress } from './build-progress.ts';
import { createWorkersReport } from './workers-report.ts';

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
  const onNotice = (text: string) => progress.say(printable(text));
  const connection = await connectToQueue(url, onNotice);
  try {
    const onWorkers = createWorkersReport(progress, connection.shown);
    const build = await buildIdOf(out);
    const queue = await openBuildQueue({ connection, build, needs, onWorkers, onNotice });
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
