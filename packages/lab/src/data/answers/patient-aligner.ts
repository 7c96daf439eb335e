import { setTimeout } from 'node:timers/promises';
import { type Aligner, type AlignerSession, type ErrorCode, StreamAlignerError } from '@stream-aligner/core';

/** Failures that may be over in a moment: the server's, not the sentence's. */
const PASSING: ReadonlySet<ErrorCode> = new Set(['overloaded', 'aligner-failed', 'deadline']);

export interface PatienceOptions {
  /** How often a verdict is asked for again. Default 5. */
  attempts?: number;
  /** The wait before the first of them, in milliseconds; it doubles from one to the next. Default 1,000. */
  backoffMs?: number;
  /** Longest wait; a server that asks for a longer one is not waited for. Default 60,000. */
  maxBackoffMs?: number;
  /** For tests. */
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * An aligner that waits for a server which is busy or down for a moment, as nobody waits for its answers: hundreds at once
 * soon meet a rate limit.
 */
export function patiently(aligner: Aligner, options: PatienceOptions = {}): Aligner {
  const { attempts = 5, backoffMs = 1_000, maxBackoffMs = 60_000 } = options;
  const { wait = (ms, signal) => setTimeout(ms, undefined, { signal }) } = options;

  /** Milliseconds to wait after a failure, or null where waiting does not help. */
  function waitAfter(error: unknown, attempt: number): number | null {
    if (!StreamAlignerError.isInstance(error) || !PASSING.has(error.code) || attempt >= attempts) return null;
    const asked = 1000 * Number(error.details['retryAfterSeconds'] ?? 0);
    if (asked > maxBackoffMs) return null;
    // Half of it by chance, so that answers that failed together do not come back together.
    return Math.max(asked, (Math.min(maxBackoffMs, backoffMs * 2 ** attempt) * (1 + Math.random())) / 2);
  }

  function patient(session: AlignerSession): AlignerSession {
    return {
      async correct(request) {
        for (let attempt = 0; ; attempt += 1) {
          try {
            return await session.correct(request);
          } catch (error) {
            const ms = request.signal.aborted ? null : waitAfter(error, attempt);
            if (ms === null) throw error;
            await wait(ms, request.signal);
          }
        }
      },
      close: () => session.close(),
    };
  }

  return {
    model: aligner.model,
    open: async (request) => patient(await aligner.open(request)),
  };
}
