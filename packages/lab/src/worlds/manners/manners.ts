import type { World } from '../world.ts';
import { correct, scoreOf } from './check.ts';
import { generateProblems } from './generate.ts';
import { inventTuples } from './invent.ts';
import { type Problem, UNSEEN_TOPIC } from './problem.ts';

/**
 * Questions for advice, whose answers are several sentences: helpful by the points they cover, harmful by what they say
 * besides. A checker knows both from the grammar.
 */
export const manners: World<Problem> = {
  name: 'manners',
  generate: generateProblems,
  taught: (problem) => [...problem.taught],
  solution: (problem) => [...problem.solution],
  correct,
  score: scoreOf,
  invent: inventTuples,
  strata: ({ flaws, topic }) => [
    ...(flaws.length === 0 ? ['flaw: none'] : flaws.map((flaw) => `flaw: ${flaw}`)),
    `topic: ${topic}`,
    topic === UNSEEN_TOPIC ? 'topic: unseen by the aligner' : 'topic: seen',
  ],
};
