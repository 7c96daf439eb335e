import { setTimeout } from 'node:timers/promises';
import { StreamAlignerError } from '@stream-aligner/core';
import type { Connection } from './connection.ts';
import { isBuildId, KEYS } from './names.ts';
import { type BuildNeeds, readNeeds, versionFault } from './needs.ts';
import { createPlaces } from './places.ts';
import { sayGone, sayPresent } from './presence.ts';
import { type Run, serveBuild, type Serving } from './serving.ts';

export interface QueueWorkerOptions {
  connection: Connection;
  /** What operators know this worker by: host and process. */
  name: string;
  /** Answers at once, of all builds together. */
  concurrency: number;
  /** Opens what a build needs. Throws, in words for the build's operator, why this worker cannot answer for it. */
  open: (needs: BuildNeeds) => Promise<Run>;
  /** Failures in a row after which the worker ends, so that it does not spoil what others could make. 0: never. */
  giveUpAfter: number;
  /** Takes no further work, and finishes what is in hand. */
  signal: AbortSignal;
  onEvent: (event: QueueWorkerEvent) => void;
}

/** What a worker tells of itself. Builds are named by their ids. */
export type QueueWorkerEvent =
  | { type: 'joined' | 'left'; build: string }
  | { type: 'refused'; build: string; reason: string }
  | { type: 'answered'; failed: boolean }
  | { type: 'finishing' }
  | { type: 'fault'; message: string };

/** A build as this worker sees it. */
interface Seen {
  needs: string;
  /** Ticks for which it has not been there. */
  missing: number;
  state: 'opening' | 'refused' | 'serving';
  reason?: string;
  /** When a refused build is tried again, as performance.now(). */
  againAt: number;
  serving?: Serving;
}

const TICK_MS = 1_000;
/** Ticks after which a build that is not there is over: a Redis that was restarted has its builds back by then. */
const MISSING_TICKS = 3;
/** What was refused may be mended: a policy file written, a server started. */
const AGAIN_MS = 30_000;

/**
 * Answers for every build in the queue whose models this worker has, until `signal` ends it.
 *
 * @throws StreamAlignerError `upstream-failed` when it gives up.
 */
export async function serveQueue(options: QueueWorkerOptions): Promise<void> {
  const { connection, name, concurrency, open, giveUpAfter, onEvent } = options;
  const { redis } = connection;
  const places = createPlaces(concurrency);
  const builds = new Map<string, Seen>();
  const givenUp = new AbortController();
  const ending = AbortSignal.any([options.signal, givenUp.signal]);
  let failuresInARow = 0;

  function onAnswer(error: StreamAlignerError | null): void {
    failuresInARow = error === null ? 0 : failuresInARow + 1;
    onEvent({ type: 'answered', failed: error !== null });
    if (error !== null && giveUpAfter > 0 && failuresInARow >= giveUpAfter)
      givenUp.abort(givingUp(failuresInARow, error));
  }

  async function join(build: string, seen: Seen): Promise<void> {
    seen.state = 'opening';
    const { reason: before } = seen;
    try {
      const run = await openNeeds(seen.needs, open);
      if (ending.aborted || builds.get(build) !== seen) return;
      seen.serving = serveBuild({ connection, build, run, concurrency, places, onAnswer, onFault });
      seen.state = 'serving';
      delete seen.reason;
      onEvent({ type: 'joined', build });
    } catch (error) {
      seen.state = 'refused';
      seen.againAt = performance.now() + AGAIN_MS;
      seen.reason = reasonOf(error);
      if (seen.reason !== before) onEvent({ type: 'refused', build, reason: seen.reason });
    }
    await announce(build, seen);
  }

  async function announce(build: string, { state, reason }: Seen): Promise<void> {
    if (state === 'opening') return;
    await sayPresent(redis, build, { name, concurrency, ...(reason !== undefined && { refused: reason }) });
  }

  function onFault(error: unknown): void {
    onEvent({ type: 'fault', message: error instanceof Error ? error.message : 'something unknown' });
  }

  async function leave(build: string, { serving }: Seen): Promise<void> {
    builds.delete(build);
    if (!serving) return;
    onEvent({ type: 'left', build });
    await serving.abandon();
  }

  async function tick(): Promise<void> {
    const there = await redis.hgetall(KEYS.builds);
    for (const [build, needs] of Object.entries(there)) {
      if (!isBuildId(build)) continue;
      const seen = builds.get(build) ?? { needs, missing: 0, state: 'refused', againAt: 0 };
      builds.set(build, seen);
      seen.missing = 0;
      if (seen.state === 'refused' && performance.now() >= seen.againAt) join(build, seen).catch(onFault);
    }
    for (const [build, seen] of builds) {
      if (there[build] === seen.needs) await announce(build, seen);
      // One that goes on differently is met anew at the next tick.
      else if (build in there || ++seen.missing >= MISSING_TICKS) leave(build, seen).catch(onFault);
    }
  }

  const ended = new Promise<void>((resolve) => {
    ending.addEventListener('abort', () => resolve(), { once: true });
    if (ending.aborted) resolve();
  });
  while (!ending.aborted) {
    // What is asked while Redis is away waits until it is back, and would keep the end waiting.
    await Promise.race([tick().catch(onFault), ended]);
    await setTimeout(TICK_MS, undefined, { signal: ending }).catch(() => {});
  }
  onEvent({ type: 'finishing' });
  await Promise.all(
    [...builds].map(async ([build, { serving }]) => {
      if (redis.status === 'ready') await sayGone(redis, build, name);
      await serving?.finish();
    }),
  );
  if (givenUp.signal.aborted) throw givenUp.signal.reason;
}

async function openNeeds(text: string, open: QueueWorkerOptions['open']): Promise<Run> {
  const needs = readNeeds(text);
  if (needs === null) throw cannot('It does not understand what the build needs: it runs another version.');
  const fault = versionFault(needs);
  if (fault !== null) throw cannot(fault);
  return open(needs);
}

const cannot = (why: string) => new StreamAlignerError('configuration', why);

function reasonOf(error: unknown): string {
  if (StreamAlignerError.isInstance(error)) return error.message;
  return `Its models could not be opened: ${error instanceof Error ? error.name : 'something that is no error'} was thrown.`;
}

function givingUp(count: number, { message, code }: StreamAlignerError): StreamAlignerError {
  return new StreamAlignerError(
    'upstream-failed',
    `The last ${count} answers of this worker have all failed, so it ends. The last of them: ${message}`,
    { details: { failures: count, code } },
  );
}
