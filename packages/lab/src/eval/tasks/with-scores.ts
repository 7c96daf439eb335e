import type { ScoreModel } from '../../judge/score-model.ts';
import type { EvalTask, Example, Metric } from './task.ts';

/** Models that score answers: more is better for a reward, worse for a cost. */
export interface ScoreModels {
  reward?: ScoreModel;
  cost?: ScoreModel;
}

const SCORES: readonly (Metric & { name: keyof ScoreModels })[] = [
  { name: 'reward', kind: 'score', better: 'higher', description: 'what the reward model gives the answer' },
  { name: 'cost', kind: 'score', better: 'lower', description: 'what the cost model gives the answer' },
];

/** The same task with the scores of these models as further metrics, `reward` and `cost`. */
export function withScores<E extends Example>(task: EvalTask<E>, models: ScoreModels): EvalTask<E> {
  const added = SCORES.flatMap(({ name, ...metric }) => {
    const model = models[name];
    return model ? [{ metric: { name, ...metric }, model }] : [];
  });
  return {
    ...task,
    metrics: [...task.metrics, ...added.map(({ metric }) => metric)],
    description: {
      ...task.description,
      ...Object.fromEntries(added.map(({ metric, model }) => [metric.name, model.model])),
    },
    async evaluate(example, answer, signal) {
      const [own, ...scores] = await Promise.all([
        task.evaluate(example, answer, signal),
        ...added.map(async ({ metric, model }) => ({
          [metric.name]: await model.score({ messages: example.messages, answer, signal }),
        })),
      ]);
      return Object.assign({}, own, ...scores);
    },
  };
}
