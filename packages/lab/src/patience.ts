import { type Clock, type ErrorCode, StreamAlignerError, systemClock } from '@stream-aligner/core';

/** How an answer that nobody waits for recovers: a server that is busy or down for a moment is waited for. */
export const RECOVERY = { attempts: 5, backoffMs: 1_000, maxBackoffMs: 60_000 };

/** How long is waited for a server that is busy or down for a moment. */
export interface PatienceOptions {
  /** How often it is asked again. Default 5. */
  attempts?: number;
  /** The wait before the first of them, in milliseconds; it doubles from one to the next. Default 1,000. */
  backoffMs?: number;
  /** Longest wait; a server that asks for a longer one is not waited for. Default 60,000. */
  maxBackoffMs?: number;
  /** For tests. Default: on the machine's clock. */
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Asks, and asks again after failures that may be over in a moment (`passing`), as nobody waits for the answer: hundreds
 * at once soon meet a rate limit. Rejects with the last failure, or with the signal's reason.
 */
export async function askPatiently<T>(
  ask: () => Promise<T>,
  { signal, passing, ...options }: PatienceOptions & { signal: AbortSignal; passing: ReadonlySet<ErrorCode> },
): Promise<T> {
  const { attempts = 5, backoffMs = 1_000, maxBackoffMs = 60_000, wait = waitOn(systemClock) } = options;

  /** Milliseconds to wait after a failure, or null where waiting does not help. */
  function waitAfter(error: unknown, attempt: number): number | null {
    if (!StreamAlignerError.isInstance(error) || !passing.has(error.code) || attempt >= attempts) return null;
    const asked = 1000 * Number(error.details['retryAfterSeconds'] ?? 0);
    if (asked > maxBackoffMs) return null;
    // Half of it by chance, so that requests that failed together do not come back together.
    return Math.max(asked, (Math.min(maxBackoffMs, backoffMs * 2 ** attempt) * (1 + Math.random())) / 2);
  }

  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      const ms = signal.aborted ? null : waitAfter(error, attempt);
      if (ms === null) throw error;
      await wait(ms, signal);
    }
  }
}

/** Waits on a clock. The wait rejects with the signal's reason when that aborts, and leaves neither timer nor listener. */
export function waitOn(clock: Clock): (ms: number, signal: AbortSignal) => Promise<void> {
  return (ms, signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
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
