import { StreamAlignerError } from '@stream-aligner/core';
import type { AnswerRecord } from '../data/answers/answer-record.ts';
import { asAnswerError } from '../data/answers/as-answer-error.ts';
import type { AnswerTask } from '../data/answers/task.ts';
import type { Connection } from './connection.ts';
import { failedOutcome, type Outcome, readTask } from './messages.ts';
import { PREFIX } from './names.ts';
import type { Places } from './places.ts';

/** Makes one answer; see `createRunner`. */
export type Run = (task: AnswerTask, signal: AbortSignal) => Promise<AnswerRecord>;

export interface ServingOptions {
  connection: Connection;
  build: string;
  run: Run;
  /** Jobs taken at once. */
  concurrency: number;
  /** Shared by all builds that the worker serves. */
  places: Places;
  /** Told of every answer; null for one that was made, else why it failed. */
  onAnswer: (error: StreamAlignerError | null) => void;
  /** Told what the queue complains of. */
  onFault: (error: Error) => void;
}

/** One build that a worker answers for. */
export interface Serving {
  /** Takes no further job, and resolves when those in hand are done. */
  finish(): Promise<void>;
  /** Leaves everything: the build is over. */
  abandon(): Promise<void>;
}

/** A job whose worker has not said for so long that it is alive is given to another, in milliseconds. */
const LOCK_MS = 15_000;
/** How often that is looked for. */
const STALLED_MS = 5_000;
/** How often a job may lose its worker before it is what ends them. */
const STALLS = 5;
/** Between two attempts when Redis is away. */
const AGAIN_MS = 1_000;

export function serveBuild(options: ServingOptions): Serving {
  const { connection, build, run, concurrency, places, onAnswer, onFault } = options;
  const over = new AbortController();

  async function answer(data: unknown): Promise<Outcome> {
    const { signal } = over;
    try {
      if (signal.aborted) throw abandoned();
      const made = await run(readTask(data), signal);
      onAnswer(null);
      return { answer: made };
    } catch (cause) {
      // Nothing is known about an answer that was called off: that is no result, and the job goes back.
      if (signal.aborted) throw abandoned();
      const error = asAnswerError(cause);
      onAnswer(error);
      return failedOutcome(error);
    }
  }

  const worker = new connection.libraries.Worker<unknown, Outcome>(
    build,
    (job) => places.within(() => answer(job.data)),
    {
      connection: connection.redis,
      prefix: PREFIX,
      concurrency,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_MS,
      maxStalledCount: STALLS,
      runRetryDelay: AGAIN_MS,
    },
  );
  worker.on('error', (error) => {
    if (!over.signal.aborted) onFault(error);
  });

  return {
    finish: () => worker.close(),
    async abandon() {
      over.abort(abandoned());
      await worker.close(true);
    },
  };
}

const abandoned = () => new StreamAlignerError('closed', 'The build is over.');
