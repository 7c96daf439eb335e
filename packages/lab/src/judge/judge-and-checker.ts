import type { Metric } from '../eval/tasks/task.ts';
import { type Agreement, agreementOf } from '../statistics/agreement.ts';
import type { Comparison } from './pairwise.ts';

/** One comparison by a judge, and what a checker gave the same two answers. */
export interface JudgedAndChecked {
  comparison: Comparison;
  /** The checker's metric of the answer that was compared (`one`), and of the other. */
  one: number;
  other: number;
}

/**
 * How far a judge agrees with a checker on which of two answers is the better one: win, tie or loss. Comparisons without a
 * verdict are left out.
 */
export function agreementWithChecker(
  items: readonly JudgedAndChecked[],
  { better }: Pick<Metric, 'better'>,
): Agreement {
  const sign = better === 'higher' ? 1 : -1;
  return agreementOf(
    items.flatMap(({ comparison: { score }, one, other }) =>
      score === null ? [] : [[outcome(score - 0.5), outcome(sign * (one - other))] as const],
    ),
  );
}

const outcome = (difference: number) => (difference > 0 ? 'win' : difference < 0 ? 'loss' : 'tie');
