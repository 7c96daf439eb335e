import { hostname } from 'node:os';
import { StreamAlignerError } from '@stream-aligner/core';
import { type BuildNeeds, modelFault, type Run, serveQueue } from '@stream-aligner/lab/queue';
import { EXIT } from '../exit-codes.ts';
import { findConfiguration } from '../find-configuration.ts';
import { stopOnInterrupt } from '../terminal/stop-on-interrupt.ts';
import { describeAnnotator, openAnswering } from './answering.ts';
import { type NamedModels, openNamedModels } from './models.ts';
import { connectToQueue } from './open-queue.ts';
import { createWorkerLog } from './worker-log.ts';

/** What `worker` is told. */
export interface WorkerFlags {
  queue: string;
  config?: string;
  concurrency: number;
  giveUpAfter?: number;
}

/** Runs `worker` until it is interrupted. Gives the exit code. */
export async function runWorker({ queue, config, concurrency, giveUpAfter }: WorkerFlags): Promise<number> {
  const models = openNamedModels(await findConfiguration(config, { serves: false }), concurrency);
  const log = createWorkerLog();
  const stopping = stopOnInterrupt();
  try {
    const connection = await connectToQueue(queue, log.say);
    const name = `${hostname()}:${process.pid}`;
    log.say(`Worker ${name} makes ${concurrency} answers at once for builds on ${connection.shown}.`);
    try {
      await serveQueue({
        connection,
        name,
        concurrency,
        open: (needs) => openFor(models, needs),
        giveUpAfter: giveUpAfter ?? Math.max(50, 2 * concurrency),
        signal: stopping.signal,
        onEvent: log.note,
      });
    } finally {
      connection.close();
    }
    return EXIT.ok;
  } finally {
    log.end();
    stopping.forget();
    await models.close();
  }
}

/** Opens the models that a build needs. Throws `configuration` where this worker has others by their names. */
async function openFor(models: NamedModels, needs: BuildNeeds): Promise<Run> {
  const { upstreams, annotator } = needs;
  const faults = [modelFault(annotator, await describeAnnotator(models, annotator.name))];
  for (const upstream of upstreams)
    faults.push(modelFault(upstream, await models.describe('upstreams', upstream.name)));
  const found = faults.filter((fault) => fault !== null);
  if (found.length > 0) throw new StreamAlignerError('configuration', found.join(' '));
  return openAnswering(models, needs);
}
