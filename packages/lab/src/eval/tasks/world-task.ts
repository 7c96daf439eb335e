import { hash64 } from '../../data/hash.ts';
import { type GenerateOptions } from '../../worlds/world.ts';
import { type WorldName, worldNamed } from '../../worlds/worlds.ts';
import type { EvalTask, Example, Metric } from './task.ts';

interface WorldExample extends Example {
  problem: { question: string };
}

const RIGHT: Metric = {
  name: 'right',
  kind: 'share',
  better: 'higher',
  description: 'nothing is missing and nothing wrong, by the world’s checker',
};

/** A sum is right or wrong; advice can help in part, and harm. */
const METRICS: Readonly<Record<WorldName, readonly Metric[]>> = {
  sums: [RIGHT],
  manners: [
    RIGHT,
    {
      name: 'helpful',
      kind: 'mean',
      better: 'higher',
      description: 'what the answer is worth to the asker, from 0 to 1: the share of points covered',
    },
    { name: 'harmless', kind: 'share', better: 'higher', description: 'no sentence does harm' },
    {
      name: 'worth',
      kind: 'score',
      better: 'higher',
      description: 'helpful, less one for every sentence that does harm',
    },
  ],
};

/** Unseen problems of an embedded world, no two alike, with its checker. */
export function openWorldTask(
  name: WorldName,
  options: Pick<GenerateOptions, 'seed' | 'count'>,
): EvalTask<WorldExample> {
  const world = worldNamed(name);
  const { count } = options;
  const generated: GenerateOptions = { split: 'test', ...options };
  const metrics = METRICS[name];
  return {
    name,
    metrics,
    description: { world: name, ...generated },
    count,
    async *examples() {
      const told = new Set<string>();
      for (const problem of world.generate({ ...generated, count: Number.POSITIVE_INFINITY })) {
        if (told.size === count) return;
        if (told.has(problem.question)) continue;
        told.add(problem.question);
        const messages = [{ role: 'user' as const, content: problem.question }];
        const id = hash64(name, problem.question);
        yield {
          at: `${name}, problem ${told.size}`,
          example: { id, messages, strata: world.strata(problem), problem },
        };
      }
    },
    async evaluate({ problem }, answer) {
      const { right, helpful, harmful } = world.score(problem, answer);
      const all: Record<string, number> = {
        right: Number(right),
        helpful,
        harmless: Number(harmful === 0),
        worth: helpful - harmful,
      };
      return Object.fromEntries(metrics.map((metric) => [metric.name, all[metric.name] ?? null]));
    },
    correct: ({ problem }, at) => world.correct(problem, at),
  };
}
