import type { ManualClock } from './manual-clock.ts';

/**
 * Runs a promise to its end, moving time on to the next timer whenever nothing else can happen. For parts without real
 * I/O, which a clock that moves by itself would overtake.
 */
export async function settle<T>(clock: ManualClock, promise: Promise<T>): Promise<T> {
  let settled = false;
  const onSettled = () => {
    settled = true;
  };
  promise.then(onSettled, onSettled);
  while (!settled) {
    // A turn of the event loop runs all microtasks there are: only then may time move on.
    await new Promise((resolve) => setImmediate(resolve));
    if (!settled && !clock.advanceToNext())
      throw new Error('nothing can happen any more: the promise will never settle');
  }
  return promise;
}

/** Resolves after `ms` of the clock's time, or rejects when the signal aborts. Leaves neither timer nor listener. */
export function sleep(clock: ManualClock, ms: number, signal: AbortSignal): Promise<void> {
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
}
