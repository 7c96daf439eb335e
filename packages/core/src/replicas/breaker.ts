import { type Clock, systemClock } from '../clock.ts';

/** When a server that keeps failing is left alone. */
export interface BreakerOptions {
  /** Failures in a row that open it. Default 5. */
  failures?: number;
  /** How long it stays open before one request may try again, in milliseconds. Default 10,000. */
  openMs?: number;
  /** Default: the machine's clock. */
  clock?: Clock;
}

/**
 * A circuit breaker: after enough failures in a row it is open, and nobody asks its server any more, except for one
 * request now and then; one that succeeds closes it.
 */
export interface Breaker {
  readonly open: boolean;
  /** Whether a request may be sent now. */
  tryEnter(): boolean;
  succeeded(): void;
  failed(): void;
  /** Seconds until a request may try again, at least 1; for a `Retry-After`. */
  readonly retryAfterSeconds: number;
}

export function createBreaker({
  failures = 5,
  openMs = 10_000,
  clock = systemClock,
}: BreakerOptions = {}): Breaker {
  let inARow = 0;
  let nextTrial: number | null = null;
  return {
    get open() {
      return nextTrial !== null;
    },
    tryEnter() {
      if (nextTrial === null) return true;
      if (clock.now() < nextTrial) return false;
      // The trial may never tell how it went, when its caller leaves: the next one is due anyway.
      nextTrial = clock.now() + openMs;
      return true;
    },
    succeeded() {
      inARow = 0;
      nextTrial = null;
    },
    failed() {
      inARow += 1;
      if (inARow >= failures) nextTrial = clock.now() + openMs;
    },
    get retryAfterSeconds() {
      return Math.max(1, Math.ceil(((nextTrial ?? 0) - clock.now()) / 1000));
    },
  };
}
