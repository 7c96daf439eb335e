import { StreamAlignerError } from '@stream-aligner/core';

export interface PoolOptions {
  /** Items at work at once. */
  concurrency: number;
  /** Ends the work: no further item is taken, and those at work are told by their signals. No error. */
  signal?: AbortSignal | undefined;
}

/**
 * Works on items as they come, a bounded number at once; an item is only asked for when there is a place for it. The
 * first error of `work` ends everything and is thrown when all work is over.
 */
export async function forEachAtOnce<T>(
  items: AsyncGenerator<T, void, undefined>,
  { concurrency, signal }: PoolOptions,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const running = new Set<AbortController>();
  const failures: unknown[] = [];
  let stopped = false;

  function stop(): void {
    stopped = true;
    for (const controller of running)
      controller.abort(new StreamAlignerError('closed', 'The work was ended.'));
  }

  async function worker(): Promise<void> {
    try {
      while (!stopped) {
        const { value, done } = await items.next();
        if (done || stopped) return;
        // A signal of its own, so that the caller's does not gather what a million items hang on it.
        const controller = new AbortController();
        running.add(controller);
        await work(value, controller.signal).finally(() => running.delete(controller));
      }
    } catch (error) {
      failures.push(error);
      stop();
    }
  }

  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  try {
    await Promise.all(Array.from({ length: concurrency }, worker));
  } finally {
    signal?.removeEventListener('abort', stop);
    await items.return();
  }
  if (failures.length > 0) throw failures[0];
}
