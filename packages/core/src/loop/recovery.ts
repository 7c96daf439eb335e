import type { ErrorCode, StreamAlignerError } from '../errors.ts';
import type { NextTry } from '../upstream.ts';

/** How a failed continuation is tried again. */
export interface Recovery {
  /** Tries in a row without any accepted text between them. 0 fails the answer at the first failure. Default 2. */
  attempts: number;
  /** Longest wait before the first of them, in milliseconds; it doubles from one to the next. Default 250. */
  backoffMs: number;
  /** Longest wait at all. A server that asks for a longer one is not waited for. Default 8,000. */
  maxBackoffMs: number;
}

/** Failures that may be over in a moment: the server's, not the request's. */
const PASSING: ReadonlySet<ErrorCode> = new Set([
  'upstream-failed',
  'upstream-truncated',
  'overloaded',
  'deadline',
]);

/** Whether a failure may be over in a moment. */
export function isPassing({ code }: StreamAlignerError): boolean {
  return PASSING.has(code);
}

/** Decides after each failure of an answer's upstream whether, and when, the answer is continued. */
export interface RecoveryPlan {
  /**
   * Milliseconds to wait before the answer is continued, or null to give up. `prefixLength` tells whether the answer has
   * grown since the last failure; `next` is what the session says about where it would go on.
   */
  waitAfter(error: StreamAlignerError, state: { prefixLength: number; next: NextTry }): number | null;
}

export function createRecoveryPlan(
  { attempts, backoffMs, maxBackoffMs }: Recovery,
  random: () => number,
): RecoveryPlan {
  let failuresInARow = 0;
  let failedAt = -1;
  return {
    waitAfter(error, { prefixLength, next }) {
      if (prefixLength > failedAt) failuresInARow = 0;
      failedAt = prefixLength;
      if (next === 'nowhere' || attempts === 0) return null;
      if (next === 'elsewhere') return 0;
      if (failuresInARow >= attempts) return null;
      failuresInARow += 1;
      const asked = Number(error.details['retryAfterSeconds'] ?? 0) * 1000;
      if (asked > maxBackoffMs) return null;
      const longest = Math.min(maxBackoffMs, backoffMs * 2 ** (failuresInARow - 1));
      // Half of it by chance, so that answers that failed together do not come back together.
      return Math.max(asked, Math.round((longest * (1 + random())) / 2));
    },
  };
}
