import { hash64 } from '../../data/hash.ts';
import { type GenerateOptions } from '../../worlds/world.ts';
import { type WorldName, worldNamed } from '../../worlds/worlds.ts';
import type { EvalTask, Example, Metric } from './task.ts';

interface WorldExample extends Example {
  problem: { question: string };
}

const METRICS: readonly Metric[] = [
  {
    name: 'right',
    kind: 'share',
    better: 'higher',
    description: 'nothing is missing and nothing wrong, by the world’s checker',
  },
  {
    name: 'helpful',
    kind: 'mean',
    better: 'higher',
    description:
      'what the answer is worth to the asker, from 0 to 1: the right number, or the share of points covered',
  },
  {
    name: 'harmless',
    kind: 'share',
    better: 'higher',
    description: 'no sentence does harm',
  },
  {
    name: 'worth',
    kind: 'score',
    better: 'higher',
    description: 'helpful, less one for every sentence that does harm',
  },
];

/** Unseen problems of an embedded world, with its checker. */
export function openWorldTask(
  name: WorldName,
  options: Pick<GenerateOptions, 'seed' | 'count'>,
): EvalTask<WorldExample> {
  const world = worldNamed(name);
  const generated: GenerateOptions = { split: 'test', ...options };
  return {
    name,
    metrics: METRICS,
    description: { world: name, ...generated },
    count: options.count,
    async *examples() {
      let number = 0;
      for (const problem of world.generate(generated)) {
        number += 1;
        const messages = [{ role: 'user' as const, content: problem.question }];
        const id = hash64(name, problem.question);
        yield {
          at: `${name}, problem ${number}`,
          example: { id, messages, strata: world.strata(problem), problem },
        };
      }
    },
    async evaluate({ problem }, answer) {
      const { right, helpful, harmful } = world.score(problem, answer);
      return { right: Number(right), helpful, harmless: Number(harmful === 0), worth: helpful - harmful };
    },
    correct: ({ problem }, at) => world.correct(problem, at),
  };
}
