import { Worker } from 'node:worker_threads';
import { type Clock, type ErrorCode, StreamAlignerError } from '@stream-aligner/core';
import type { Call, CallName, Reply, ThreadCalls, ThreadData } from './messages.ts';

/** Longest that a call may take before its thread is given up. */
const CALL_MS = 30_000;
/** Longest that closing the store may take. */
const CLOSE_MS = 2_000;

/** As sources in tests, as what they were compiled to elsewhere. */
const THREAD = new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url);

interface Waiting {
  resolve(result: unknown): void;
  reject(error: unknown): void;
  cancelDeadline(): void;
}

/**
 * The trace store, in a thread of its own that is started by the first call. One that ends, or answers nothing for 30
 * seconds (a pattern to redact may never come to an end), is replaced at the next call; what was asked of it fails.
 *
 * Calls reject with `configuration` for a store that cannot be opened as it is configured, and with `overloaded` (503)
 * for all else.
 */
export function openTraceThread(data: ThreadData, { clock }: { clock: Clock }): ThreadCalls {
  let thread: Thread | null = null;

  function call(name: CallName, args: readonly unknown[], withinMs = CALL_MS): Promise<unknown> {
    thread ??= startThread(data, { clock, onEnd: () => (thread = null) });
    return thread.call(name, args, withinMs);
  }

  return {
    open: () => call('open', []) as ReturnType<ThreadCalls['open']>,
    write: (...args) => call('write', args) as ReturnType<ThreadCalls['write']>,
    list: (...args) => call('list', args) as ReturnType<ThreadCalls['list']>,
    get: (...args) => call('get', args) as ReturnType<ThreadCalls['get']>,
    review: (...args) => call('review', args) as ReturnType<ThreadCalls['review']>,
    forget: (...args) => call('forget', args) as ReturnType<ThreadCalls['forget']>,
    prune: (...args) => call('prune', args) as ReturnType<ThreadCalls['prune']>,
    async close() {
      const ending = thread;
      await ending?.call('close', [], CLOSE_MS).catch(() => {});
      ending?.end('the gateway was stopped');
    },
  };
}

interface Thread {
  call(name: CallName, args: readonly unknown[], withinMs: number): Promise<unknown>;
  /** Ends it, and all that is asked of it. */
  end(why: string): void;
}

function startThread(data: ThreadData, { clock, onEnd }: { clock: Clock; onEnd(): void }): Thread {
  const worker = new Worker(THREAD, { workerData: data, name: 'stream-aligner traces' });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let hasEnded = false;

  function end(why: string): void {
    if (hasEnded) return;
    hasEnded = true;
    onEnd();
    void worker.terminate();
    for (const { reject, cancelDeadline } of waiting.values()) {
      cancelDeadline();
      reject(unavailable(why));
    }
    waiting.clear();
  }

  worker.on('message', (reply: Reply) => {
    const call = waiting.get(reply.id);
    waiting.delete(reply.id);
    call?.cancelDeadline();
    if ('result' in reply) call?.resolve(reply.result);
    else call?.reject(errorOf(reply));
  });
  worker.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.name));
  worker.on('exit', () => end('its thread ended'));
  // A store that nobody asks anything keeps no process alive.
  worker.unref();
  return {
    end,
    call(name, args, withinMs) {
      const id = (lastId += 1);
      return new Promise((resolve, reject) => {
        const cancelDeadline = clock.after(withinMs, () => {
          // Where this thread itself was held up, the answer may be there and not have been read.
          setImmediate(() => waiting.has(id) && end(`no answer for ${withinMs / 1000} seconds`));
        });
        waiting.set(id, { resolve, reject, cancelDeadline });
        worker.postMessage({ id, name, args } satisfies Call);
      });
    },
  };
}

function errorOf(reply: Exclude<Reply, { result: unknown }>): StreamAlignerError {
  if ('ours' in reply) return new StreamAlignerError(reply.ours.code as ErrorCode, reply.ours.message);
  return unavailable(reply.code);
}

function unavailable(why: string): StreamAlignerError {
  return new StreamAlignerError(
    'overloaded',
    `The trace store cannot be used at the moment (${why}). Answers are not held up by it; try again, and look after the database if this lasts.`,
    { details: { status: 503, code: 'traces_unavailable' } },
  );
}
