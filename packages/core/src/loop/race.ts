import type { Clock } from '../clock.ts';
import { StreamAlignerError } from '../errors.ts';

/** How long one await may take, and what to say when it takes longer. */
export interface Limit {
  clock: Clock;
  ms: number;
  signal: AbortSignal;
  /** What was awaited, for the error's message: "The aligner's verdict". */
  what: string;
}

/** Resolves after `ms`; rejects with the signal's reason when it aborts before. Leaves no timer and no listener. */
export async function pause(ms: number, { clock, signal }: Pick<Limit, 'clock' | 'signal'>): Promise<void> {
  if (ms <= 0) return;
  signal.throwIfAborted();
  const over = Promise.withResolvers<void>();
  const onAbort = () => over.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const cancel = clock.after(ms, over.resolve);
  try {
    await over.promise;
  } finally {
    cancel();
    signal.removeEventListener('abort', onAbort);
  }
}

/**
 * Awaits a promise, but no longer than its deadline and its signal allow. Rejects with `deadline`, or with the signal's
 * reason. Leaves no timer and no listener behind, and never lets the loser become an unhandled rejection.
 */
export async function within<T>(promise: Promise<T>, { clock, ms, signal, what }: Limit): Promise<T> {
  promise.catch(() => {});
  signal.throwIfAborted();
  const lost = Promise.withResolvers<never>();
  const onAbort = () => lost.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const cancelTimer = clock.after(ms, () =>
    lost.reject(
      new StreamAlignerError('deadline', `${what} took longer than ${ms} ms.`, { details: { ms } }),
    ),
  );
  try {
    return await Promise.race([promise, lost.promise]);
  } finally {
    cancelTimer();
    signal.removeEventListener('abort', onAbort);
  }
}
