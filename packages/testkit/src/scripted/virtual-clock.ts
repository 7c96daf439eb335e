import type { Clock } from '@stream-aligner/core';

/** A clock that stands still until {@link VirtualClock.settle} moves it, so that tests wait for nothing. */
export interface VirtualClock extends Clock {
  /** Timers that are still set. */
  readonly pending: number;
  /** Resolves after `ms` of virtual time, or rejects when the signal aborts. Leaves neither timer nor listener. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Runs a promise to its end, moving time on to the next timer whenever nothing else can happen. */
  settle<T>(promise: Promise<T>): Promise<T>;
}

export function createVirtualClock(): VirtualClock {
  let time = 0;
  const timers = new Set<{ due: number; callback: () => void }>();

  function fireNext(): boolean {
    let next: { due: number; callback: () => void } | null = null;
    for (const timer of timers) if (next === null || timer.due < next.due) next = timer;
    if (next === null) return false;
    timers.delete(next);
    time = Math.max(time, next.due);
    next.callback();
    return true;
  }

  const clock: VirtualClock = {
    get pending() {
      return timers.size;
    },
    now: () => time,
    after(ms, callback) {
      const timer = { due: time + ms, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(signal.reason);
          return;
        }
        const onAbort = () => {
          cancel();
          reject(signal.reason);
        };
        const cancel = clock.after(ms, () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        });
        signal.addEventListener('abort', onAbort, { once: true });
      });
    },
    async settle(promise) {
      let settled = false;
      promise.then(
        () => {
          settled = true;
        },
        () => {
          settled = true;
        },
      );
      while (!settled) {
        // A turn of the event loop runs all microtasks there are: only then may time move on.
        await new Promise((resolve) => setImmediate(resolve));
        if (!settled && !fireNext())
          throw new Error('nothing can happen any more: the promise will never settle');
      }
      return promise;
    },
  };
  return clock;
}
