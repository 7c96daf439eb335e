import { questionOf } from '@stream-aligner/core';
import type { JudgeModel } from '../judge/ask-judge.ts';
import type { Criteria } from '../judge/criteria.ts';
import { type Comparison, createPairwiseJudge } from '../judge/pairwise.ts';
import type { Compare } from './run/measure.ts';

const SAME: Comparison = { score: 0.5, choices: ['tie', 'tie'] };

/**
 * Compares answers by a judge, by each criterion in both orders: the answer after (`one`) with the one before (`other`).
 * The same text twice is a tie, and nobody is asked. Rejects with the failure of the judge's model.
 */
export function createComparer({ judge, criteria }: { judge: JudgeModel; criteria: Criteria }): Compare {
  const judges = Object.entries(criteria).map(
    ([name, criterion]) => [name, createPairwiseJudge({ ...judge, criterion })] as const,
  );
  return async ({ messages }, { before, after }, signal) => {
    const asked = { question: questionOf(messages), one: after, other: before, signal };
    const compared = judges.map(
      async ([name, { compare }]) => [name, before === after ? SAME : await compare(asked)] as const,
    );
    return Object.fromEntries(await Promise.all(compared));
  };
}
