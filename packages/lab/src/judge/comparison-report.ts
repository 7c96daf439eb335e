import type { JudgedSummary } from '../eval/summary.ts';
import { netWinRate } from '../statistics/bootstrap.ts';
import { shareOf } from '../statistics/wilson.ts';
import type { Choice, Comparison } from './pairwise.ts';

/**
 * What many comparisons of a text (`one`) with another come to, and how far the judge can be believed. A comparison
 * without a verdict in one order or both is nonsense, and in no other share but `firstShare`, which is of verdicts. A tie
 * is a comparison that comes out even: equal in both orders, or each text preferred once. `orderDecided` is of the
 * comparisons in which a text was preferred in both orders.
 */
export function reportComparisons(comparisons: Iterable<Comparison>): JudgedSummary {
  const all = [...comparisons];
  const scores = all.flatMap(({ score }) => score ?? []);
  const choices = all.map((comparison) => comparison.choices);
  const chosen = (place: Choice) => choices.flat().filter((choice) => choice === place).length;
  const decided = choices.filter((both) => both.every((choice) => choice === 'first' || choice === 'second'));
  const of = (holds: (score: number) => boolean) => shareOf(scores.filter(holds).length, scores.length);
  return {
    netWinRate: netWinRate(scores.map((score) => ({ before: 0.5, after: score }))),
    wins: of((score) => score > 0.5),
    losses: of((score) => score < 0.5),
    ties: of((score) => score === 0.5),
    nonsense: shareOf(all.length - scores.length, all.length),
    firstShare: shareOf(chosen('first'), chosen('first') + chosen('second')),
    orderDecided: shareOf(decided.filter(([one, other]) => one === other).length, decided.length),
  };
}
