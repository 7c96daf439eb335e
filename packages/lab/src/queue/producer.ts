import { StreamAlignerError } from '@stream-aligner/core';
import type { Job } from 'bullmq';
import type { AnswerRecord } from '../data/answers/answer-record.ts';
import type { AnswerTask } from '../data/answers/task.ts';
import { VERSION } from '../data/version.ts';
import type { Connection } from './connection.ts';
import { inTime } from './in-time.ts';
import { readOutcome } from './messages.ts';
import { answerOf, jobIdOf, KEYS, PREFIX } from './names.ts';
import type { BuildNeeds } from './needs.ts';
import { listWorkers, type WorkerPresence } from './presence.ts';

export interface BuildQueueOptions {
  connection: Connection;
  /** See `buildIdOf`. */
  build: string;
  needs: Omit<BuildNeeds, 'version'>;
  /** Told every second which workers the build has. */
  onWorkers?: (workers: readonly WorkerPresence[]) => void;
  /** Told, in words for people, what is wrong with the queue while it is tried again. */
  onNotice: (text: string) => void;
}

/** A build whose answers are made by workers. `run` and `onKept` are for `buildAnswers`. */
export interface BuildQueue {
  /** Has a worker make the answer, however long it takes until there is one. */
  run(task: AnswerTask, signal: AbortSignal): Promise<AnswerRecord>;
  /** Takes the result of an answer out of Redis. */
  onKept(id: string): void;
  /** Calls off what is queued or being made, and takes all of the build out of Redis. */
  close(): Promise<void>;
}

interface Pending {
  task: AnswerTask;
  resolve(answer: AnswerRecord): void;
  reject(error: unknown): void;
}

/** Between two signs of life, and between two looks at all pending answers, in milliseconds. */
const [BEAT_MS, SWEEP_MS] = [1_000, 5_000];
/** How long the end waits for Redis. */
const CLOSE_MS = 5_000;
/** Events are only hints that there is something to look at, so few are kept. */
const EVENTS_KEPT = 1_000;

/**
 * Opens the queue of a build. What is pending is known here, and Redis is only asked: answers that are already there are
 * taken, jobs that it has lost are queued again. A job's id is its answer's, so that none is queued twice.
 */
export async function openBuildQueue(options: BuildQueueOptions): Promise<BuildQueue> {
  const { connection, build, needs, onWorkers, onNotice } = options;
  const { redis, libraries } = connection;
  const queue = new libraries.Queue(build, {
    connection: redis,
    prefix: PREFIX,
    streams: { events: { maxLen: EVENTS_KEPT } },
  });
  const events = new libraries.QueueEvents(build, { connection: redis, prefix: PREFIX });
  const pending = new Map<string, Pending>();
  const faults = new Set<string>();

  /** Looks what Redis has of an answer. Whatever goes wrong, the next sweep looks again. */
  async function look(id: string): Promise<void> {
    const waiting = pending.get(id);
    if (!waiting) return;
    try {
      const [queuedAt, finishedAt] = await redis.hmget(queue.toKey(jobIdOf(id)), 'timestamp', 'finishedOn');
      // What was called off meanwhile must not come back into a queue that has been removed.
      if (!pending.has(id)) return;
      if (queuedAt == null) await queue.add('answer', waiting.task, { jobId: jobIdOf(id) });
      else if (finishedAt != null) await settle(id, await queue.getJob(jobIdOf(id)));
    } catch (error) {
      tell(error);
    }
  }

  async function settle(id: string, job: Job | undefined): Promise<void> {
    const waiting = pending.get(id);
    if (!waiting || job?.finishedOn === undefined) return;
    // `null` is what a job without a result has.
    if (job.failedReason !== undefined && job.returnvalue == null) {
      if (!/stalled/.test(job.failedReason)) return requeue(id);
      pending.delete(id);
      return waiting.reject(lostWorkers());
    }
    pending.delete(id);
    try {
      waiting.resolve(readOutcome(job.returnvalue, waiting.task));
    } catch (error) {
      waiting.reject(error);
    }
  }

  /** A worker gave the job back: nothing is known about the answer. */
  async function requeue(id: string): Promise<void> {
    await queue.remove(jobIdOf(id));
    await look(id);
  }

  function tell(error: unknown): void {
    if (redis.status !== 'ready' || !(error instanceof Error) || faults.has(error.message)) return;
    faults.add(error.message);
    onNotice(`Redis refused something, which is tried again: ${error.message}`);
  }

  async function beat(): Promise<void> {
    await redis.hset(KEYS.builds, build, JSON.stringify({ version: VERSION, ...needs } satisfies BuildNeeds));
    onWorkers?.(await listWorkers(redis, build));
  }

  let beating = false;
  function tick(): void {
    // What is asked while Redis is away would pile up.
    if (beating || redis.status !== 'ready') return;
    beating = true;
    void beat()
      .catch(tell)
      .finally(() => {
        beating = false;
      });
  }

  const sweep = () => {
    if (redis.status === 'ready') for (const id of pending.keys()) void look(id);
  };

  events.on('completed', ({ jobId }) => void look(answerOf(jobId)));
  events.on('failed', ({ jobId }) => void look(answerOf(jobId)));
  // Connections that are lost are told of once, by the one they are copies of.
  events.on('error', tell);
  queue.on('error', tell);
  await Promise.all([queue.waitUntilReady(), events.waitUntilReady()]);
  await beat();
  const timers = [setInterval(tick, BEAT_MS), setInterval(sweep, SWEEP_MS)];
  redis.on('ready', sweep);

  return {
    run(task, signal) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(calledOff());
        pending.set(task.id, { task, resolve, reject });
        signal.addEventListener(
          'abort',
          () => {
            pending.delete(task.id);
            reject(calledOff());
          },
          { once: true },
        );
        void look(task.id);
      });
    },
    onKept(id) {
      // Nothing waits for it: one that stays is removed with the build.
      queue.remove(jobIdOf(id)).catch(tell);
    },
    async close() {
      for (const timer of timers) clearInterval(timer);
      redis.off('ready', sweep);
      const isOut = await inTime(takeOut().catch(tell), CLOSE_MS);
      if (!isOut)
        onNotice(
          'Redis does not answer, so that what is left of this build stays in it until the build goes on.',
        );
      // Where Redis is away they end with the connection.
      await inTime(Promise.allSettled([events.close(), queue.close()]), isOut ? CLOSE_MS : 0);
    },
  };

  async function takeOut(): Promise<void> {
    await redis.hdel(KEYS.builds, build);
    await queue.obliterate({ force: true });
  }
}

const calledOff = () => new StreamAlignerError('closed', 'The answer was called off.');

function lostWorkers(): StreamAlignerError {
  return new StreamAlignerError(
    'internal',
    'Worker after worker ended while making this answer, so that it is left. See what the workers said last, and how much memory they have.',
  );
}
