import type { Metric } from '../../eval/tasks/task.ts';
import type { GatheredTask } from '../answers/gather.ts';
import { byRounds, methodLabel, pipelinesOf, readMethod, roundsLabel } from '../methods.ts';
import type { ReportRun } from '../read-runs.ts';
import { byRoundsFigure, pipelinesFigure, quantitiesOf, type RunTask } from './by-rounds.ts';
import { type Distribution, distributionFigure } from './distributions.ts';
import type { Drawing, Figure } from './drawing.ts';
import { latencyFigure } from './latency.ts';
import { sizesFigure } from './sizes.ts';
import { slugOf } from './slug.ts';

/** The figures of a task: those that show all runs, and those of each. */
export interface TaskFigures {
  byRounds: Figure[];
  sizes: Figure[];
  /** In the order of the runs that have the task. */
  runs: { pipelines: Figure[]; distributions: Figure[]; latency: Figure[] }[];
}

/** A task in one of the runs. */
export interface TaskOfRun {
  run: ReportRun;
  at: RunTask;
  gathered: GatheredTask;
}

export function taskFigures(drawing: Drawing, runs: readonly TaskOfRun[]): TaskFigures {
  const tasks = runs.map(({ at }) => at);
  const quantities = quantitiesOf(tasks.map(({ task }) => task));
  const [main] = quantities;
  return {
    byRounds: quantities.flatMap((quantity) => byRoundsFigure(drawing, tasks, quantity) ?? []),
    sizes: [sizesFigure(drawing, runs)].filter((figure) => figure !== null),
    runs: runs.map(({ at, gathered }) => ({
      pipelines: quantities
        .filter((quantity) => quantity === main || quantity.kind === 'mean')
        .flatMap((quantity) => pipelinesFigure(drawing, at, quantity) ?? []),
      distributions: at.task.metrics
        .filter(({ kind }) => kind !== 'share')
        .flatMap((metric) => distributionOf(drawing, at, { metric, gathered }) ?? []),
      latency: (['added-first-text', 'added-total'] as const).flatMap(
        (clock) => latencyFigure(drawing, at, clock) ?? [],
      ),
    })),
  };
}

function distributionOf(
  drawing: Drawing,
  { index, label, task }: RunTask,
  { metric, gathered }: { metric: Metric; gathered: GatheredTask },
): Figure | null {
  const names = task.methods.map(({ method }) => method);
  const [then = 'continue'] = pipelinesOf(names);
  const others = names.filter((name) => readMethod(name).kind === 'other');
  const rows = [
    ...byRounds(names, then).map(({ name, rounds }) => ({
      name,
      label: rounds === 0 ? 'raw' : roundsLabel(rounds),
    })),
    ...others.map((name) => ({ name, label: methodLabel(name) })),
  ];
  const distributions = rows.map(({ name, label }): Distribution => {
    const scores = task.methods.find(({ method }) => method === name)?.scores?.[metric.name];
    const known = scores?.filter((score) => score !== null);
    return {
      label,
      values: known ?? gathered.values.get(metric.name)?.get(name) ?? [],
      isRaw: name === 'raw',
    };
  });
  const toWhat = metric.better === 'higher' ? 'higher is better' : 'lower is better';
  return distributionFigure(drawing, {
    name: `distribution-${slugOf(task.task)}-${slugOf(metric.name)}-${index + 1}`,
    title: `${task.task}: ${metric.name} of every answer, by rounds`,
    description: `${label}. A ridge for each method (rounds, then ${then}), the raw answers' as a dashed outline behind each; the dot is the mean with its 95 % interval.`,
    distributions,
    xLabel: `${metric.name}, ${toWhat}`,
  });
}
