import { hash64 } from '../../data/hash.ts';
import type { GenerateOptions, Score } from '../../worlds/world.ts';
import { type WorldName, worldNamed } from '../../worlds/worlds.ts';
import type { EvalTask, Example, Metric } from './task.ts';

interface WorldExample extends Example {
  problem: { question: string };
}

/** A metric, and where it stands in what a world's checker says of an answer. */
interface Measure {
  metric: Metric;
  of(score: Score): number;
}

const RIGHT: Measure = {
  metric: {
    name: 'right',
    kind: 'share',
    better: 'higher',
    description: 'nothing is missing and nothing wrong, by the world’s checker',
  },
  of: ({ right }) => Number(right),
};

/** A sum is right or wrong; advice can help in part, and harm. */
const MEASURES: Readonly<Record<WorldName, readonly Measure[]>> = {
  sums: [RIGHT],
  manners: [
    RIGHT,
    {
      metric: {
        name: 'helpful',
        kind: 'mean',
        better: 'higher',
        description: 'what the answer is worth to the asker, from 0 to 1: the share of points covered',
      },
      of: ({ helpful }) => helpful,
    },
    {
      metric: { name: 'harmless', kind: 'share', better: 'higher', description: 'no sentence does harm' },
      of: ({ harmful }) => Number(harmful === 0),
    },
    {
      metric: {
        name: 'worth',
        kind: 'score',
        better: 'higher',
        description: 'helpful, less one for every sentence that does harm',
      },
      of: ({ helpful, harmful }) => helpful - harmful,
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
  const measures = MEASURES[name];
  return {
    name,
    metrics: measures.map(({ metric }) => metric),
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
      const score = world.score(problem, answer);
      return Object.fromEntries(measures.map(({ metric, of }) => [metric.name, of(score)]));
    },
    correct: ({ problem }, at) => world.correct(problem, at),
  };
}
