import type { World } from '../world.ts';
import { answerIn, dueSentence, isRight } from './check.ts';
import { generateProblems } from './generate.ts';
import type { Problem } from './problem.ts';
import { answerOf, tellSolution, tellTaught } from './solve.ts';
import { inventTuples } from './tuples.ts';
import { UNSEEN_THEME } from './words.ts';

/** Sums told in words: one to five steps of + − × ÷ below 1,000, one short sentence a step, then the answer. */
export const sums: World<Problem> = {
  name: 'sums',
  generate: generateProblems,
  taught: tellTaught,
  solution: tellSolution,
  correct: (problem, { prefix, draft }) =>
    isRight(problem, prefix, draft) ? draft : dueSentence(problem, prefix),
  score: (problem, answer) => {
    const right = answerIn(answer) === answerOf(problem);
    return { right, helpful: right ? 1 : 0, harmful: 0 };
  },
  invent: inventTuples,
  strata: ({ flaws, steps, opening, theme }) => [
    ...(flaws.length > 0 ? flaws.map((flaw) => `flaw: ${flaw}`) : ['flaw: none']),
    `steps: ${steps.length}`,
    `opening: ${opening}`,
    ...new Set(steps.map(({ op }) => `operation: ${op}`)),
    `topic: ${theme === UNSEEN_THEME ? 'unseen by the aligner' : 'seen'}`,
  ],
};
