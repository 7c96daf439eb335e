import { type Clock, StreamAlignerError } from '@stream-aligner/core';
import { clientLeft } from '../answer/client-left.ts';

/** The answers a gateway is writing: bounded in number, and ended together. */
export interface AnswersInFlight {
  readonly draining: boolean;
  /**
   * Admits one answer, which ends when `signal` aborts. Throws `overloaded`: 429 when there are too many, 503 when the
   * gateway is stopping. `leave` must be called when the answer is over, whatever became of it.
   */
  admit(signal: AbortSignal): { controller: AbortController; leave(): void };
  /** Admits no more, gives the answers `graceMs` to finish, then aborts them. Resolves when all have left. */
  drain(graceMs: number): Promise<void>;
}

export function createAnswersInFlight({ most, clock }: { most: number; clock: Clock }): AnswersInFlight {
  const answers = new Set<AbortController>();
  const empty = Promise.withResolvers<void>();
  let draining = false;

  function settle() {
    if (draining && answers.size === 0) empty.resolve();
  }

  return {
    get draining() {
      return draining;
    },
    admit(signal) {
      if (draining) {
        throw new StreamAlignerError(
          'overloaded',
          'The gateway is stopping and takes no more requests. Try again, or ask another replica.',
          { details: { status: 503 } },
        );
      }
      if (answers.size >= most) {
        throw new StreamAlignerError(
          'overloaded',
          `The gateway is already writing ${most} answers, which is its limit. Try again in a moment, or have server.maxConcurrent raised.`,
          { details: { retryAfterSeconds: 1 } },
        );
      }
      const controller = new AbortController();
      const abort = () => controller.abort(clientLeft(signal.reason));
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
      answers.add(controller);
      return {
        controller,
        leave() {
          signal.removeEventListener('abort', abort);
          answers.delete(controller);
          settle();
        },
      };
    },
    async drain(graceMs) {
      draining = true;
      settle();
      const cancel = clock.after(graceMs, () => {
        const reason = new StreamAlignerError(
          'closed',
          `The gateway was stopped, and the answer did not finish within the ${graceMs} ms that were left to it.`,
        );
        for (const answer of answers) answer.abort(reason);
      });
      await empty.promise;
      cancel();
    },
  };
}
