import type { Clock } from '../clock.ts';
import type { AnswerCounts } from '../events.ts';

/** What alignment may cost one answer beyond the upstream alone. Absent: unlimited. */
export interface Budget {
  /** Milliseconds that the answer was held up: waiting for verdicts that were due, and for restarts to write again. */
  extraMs?: number;
  /** Tokens: what the aligner read and wrote, and what the upstream wrote for nothing. */
  extraTokens?: number;
}

/** Keeps account of what alignment has cost one answer. */
export interface BudgetKeeper {
  readonly spent: boolean;
  /** Counts the time until `promise` settles as time that the answer was held up. */
  hold<T>(promise: Promise<T>): Promise<T>;
  /** The upstream was started again: the answer is held up until {@link BudgetKeeper.noteText}. */
  noteRestart(): void;
  noteText(): void;
}

export function createBudgetKeeper(options: {
  budget: Budget;
  counts: AnswerCounts;
  clock: Clock;
}): BudgetKeeper {
  const { budget, counts, clock } = options;
  const { extraMs = Number.POSITIVE_INFINITY, extraTokens = Number.POSITIVE_INFINITY } = budget;
  let heldMs = 0;
  let restartedAt: number | null = null;
  return {
    get spent() {
      const { discardedTokens, alignerPromptTokens, alignerCompletionTokens } = counts;
      return (
        heldMs > extraMs || discardedTokens + alignerPromptTokens + alignerCompletionTokens > extraTokens
      );
    },
    async hold(promise) {
      const began = clock.now();
      try {
        return await promise;
      } finally {
        heldMs += clock.now() - began;
      }
    },
    noteRestart() {
      restartedAt = clock.now();
    },
    noteText() {
      if (restartedAt !== null) heldMs += clock.now() - restartedAt;
      restartedAt = null;
    },
  };
}
