import type { Tuple } from '../data/tuple.ts';
import { manners } from './manners/manners.ts';
import type { Random } from './random.ts';
import { sums } from './sums/sums.ts';
import type { GenerateOptions, Score, World } from './world.ts';

/** A problem together with what its world knows about it, so that code for all worlds need not know which it is. */
export interface Task {
  question: string;
  taught: string[];
  strata: string[];
  /** See {@link World.correct}. */
  correct(at: { prefix: string; draft: string }): string | null;
  score(answer: string): Score;
  /** See {@link World.invent}. */
  invent(random: Random, options?: { invented?: number }): Tuple[];
}

export const worldNames = ['sums', 'manners'] as const;
export type WorldName = (typeof worldNames)[number];

/** A world for code that hands its problems on without looking into them. */
export type AnyWorld = World<{ question: string }>;

const worlds: Readonly<Record<WorldName, AnyWorld>> = { sums, manners };

export const worldNamed = (name: WorldName): AnyWorld => worlds[name];

/** Problems of one world with what is known about them, lazily. */
export function* tasksOf(name: WorldName, options: GenerateOptions): Generator<Task> {
  const world = worldNamed(name);
  for (const problem of world.generate(options)) {
    yield {
      question: problem.question,
      taught: world.taught(problem),
      strata: world.strata(problem),
      correct: (at) => world.correct(problem, at),
      score: (answer) => world.score(problem, answer),
      invent: (random, inventing) => world.invent(problem, random, inventing),
    };
  }
}
