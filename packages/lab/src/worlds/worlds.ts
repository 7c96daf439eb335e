import type { Tuple } from '../data/tuple.ts';
import { manners } from './manners/manners.ts';
import type { Random } from './random.ts';
import { sums } from './sums/sums.ts';
import type { GenerateOptions, Score, World } from './world.ts';

/** A problem together with what its world knows about it, so that code for all worlds need not know which it is. */
export interface Task {
  world: WorldName;
  question: string;
  taught: string[];
  solution: string[];
  strata: string[];
  /** See {@link World.correct}. */
  correct(at: { prefix: string; draft: string }): string | null;
  score(answer: string): Score;
  /** See {@link World.invent}. */
  invent(random: Random): Tuple[];
}

export const worldNames = ['sums', 'manners'] as const;
export type WorldName = (typeof worldNames)[number];

/** Problems of one world with what is known about them, lazily. */
export function tasksOf(world: WorldName, options: GenerateOptions): Generator<Task> {
  return world === 'sums' ? tasks(world, sums, options) : tasks(world, manners, options);
}

function* tasks<P extends { question: string }>(
  name: WorldName,
  world: World<P>,
  options: GenerateOptions,
): Generator<Task> {
  for (const problem of world.generate(options)) {
    yield {
      world: name,
      question: problem.question,
      taught: world.taught(problem),
      solution: world.solution(problem),
      strata: world.strata(problem),
      correct: (at) => world.correct(problem, at),
      score: (answer) => world.score(problem, answer),
      invent: (random) => world.invent(problem, random),
    };
  }
}
