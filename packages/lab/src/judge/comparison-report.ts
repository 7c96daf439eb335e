import type { Choice, Comparison } from './pairwise.ts';

/** What many comparisons come to, and how far the judge can be believed. Shares are null where there is nothing to share. */
export interface ComparisonReport {
  comparisons: number;
  wins: number;
  losses: number;
  /** Equal in both orders, or preferred in one and not in the other. */
  ties: number;
  /** Without a verdict in one order or both: they count in no share. */
  nonsense: number;
  /** (wins − losses) / comparisons with a verdict. */
  netWinRate: number | null;
  /** Of all verdicts for a side, the share for the first text: 0.5 for a judge whom the order does not move. */
  firstShare: number | null;
  /** Of the comparisons with a verdict, the share in which both orders chose the same place, so that the order decided. */
  orderDecided: number | null;
}

export function reportComparisons(comparisons: Iterable<Comparison>): ComparisonReport {
  let [all, wins, losses, ties, nonsense, first, second, samePlace] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (const { score, choices } of comparisons) {
    all += 1;
    first += countOf(choices, 'first');
    second += countOf(choices, 'second');
    if (score === null) nonsense += 1;
    else if (score > 0.5) wins += 1;
    else if (score < 0.5) losses += 1;
    else ties += 1;
    if (score !== null && choices[0] !== 'tie' && choices[0] === choices[1]) samePlace += 1;
  }
  const judged = all - nonsense;
  return {
    comparisons: all,
    wins,
    losses,
    ties,
    nonsense,
    netWinRate: share(wins - losses, judged),
    firstShare: share(first, first + second),
    orderDecided: share(samePlace, judged),
  };
}

const countOf = (choices: Comparison['choices'], wanted: Choice) =>
  choices.filter((choice) => choice === wanted).length;

const share = (part: number, whole: number) => (whole === 0 ? null : part / whole);
