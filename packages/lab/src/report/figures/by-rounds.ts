import type { Interval, MethodSummary, TaskSummary } from '../../eval/summary.ts';
import type { Metric } from '../../eval/tasks/task.ts';
import { type Unit, unitOf } from '../format.ts';
import { noChange } from '../headline.ts';
import { byRounds, methodLabel, pipelinesOf, readMethod, roundsLabel, type Then } from '../methods.ts';
import { lookOf } from '../palette.ts';
import { pointOf, type Series } from './chart-points.ts';
import type { Drawing, Figure } from './drawing.ts';
import { lineChart } from './line-chart.ts';
import { slugOf } from './slug.ts';

/** A task of a run. */
export interface RunTask {
  /** The run's place in the report, from 0: its colour. */
  index: number;
  label: string;
  task: TaskSummary;
}

/** Something a method summary says that can be drawn by rounds. */
export interface Quantity {
  name: string;
  /** In a file's name. */
  slug: string;
  kind: Metric['kind'] | 'net';
  unit: Unit;
  of(method: MethodSummary): Interval | undefined;
}

/** What of a task is shown by rounds: its shares and means, then net win rates of its main metric and of the judge. */
export function quantitiesOf(tasks: readonly TaskSummary[]): Quantity[] {
  const metrics = new Map(tasks.flatMap(({ metrics }) => metrics).map((metric) => [metric.name, metric]));
  const main = tasks[0]?.metrics[0];
  const criteria = new Set(
    tasks.flatMap(({ methods }) => methods.flatMap(({ judged }) => Object.keys(judged ?? {}))),
  );
  const net = (name: string, slug: string, of: Quantity['of']): Quantity => ({
    name,
    slug,
    kind: 'net',
    unit: 'net',
    of: (method) => (method.method === 'raw' ? noChange(method) : of(method)),
  });
  return [
    ...[...metrics.values()].map((metric): Quantity => ({
      name: metric.name,
      slug: metric.name,
      kind: metric.kind,
      unit: unitOf(metric),
      of: ({ metrics }) => metrics[metric.name],
    })),
    ...(main
      ? [
          net(
            `net win rate (${main.name})`,
            `net-win-${main.name}`,
            ({ againstRaw }) => againstRaw?.[main.name]?.netWinRate,
          ),
        ]
      : []),
    ...[...criteria].map((criterion) =>
      net(
        `judge's net win rate (${criterion})`,
        `judge-${criterion}`,
        ({ judged }) => judged?.[criterion]?.netWinRate,
      ),
    ),
  ];
}

/** Figure 3 of the paper: one quantity by rounds, a line for each pair of models; other methods beside it. */
export function byRoundsFigure(
  drawing: Drawing,
  runs: readonly RunTask[],
  quantity: Quantity,
): Figure | null {
  const [{ task } = { task: undefined }] = runs;
  if (task === undefined) return null;
  const series = runs.map((run) => seriesOf(run, quantity));
  const description = `${runs.length === 1 ? 'A line' : 'A line for each pair of models'} with its 95 % band; single dots with 95 % bars: ways to answer that have no rounds. Raw is the upstream alone.`;
  return lineChart(drawing, {
    name: `by-rounds-${slugOf(task.task)}-${slugOf(quantity.slug)}`,
    title: `${task.task}: ${quantity.name} by rounds`,
    description,
    series,
    ticks: ticksOf(runs),
    unit: quantity.unit,
    xLabel: 'rounds',
    yLabel: quantity.name,
    ...(quantity.unit === 'net' ? { reference: 0 } : {}),
  });
}

function seriesOf({ index, label, task }: RunTask, quantity: Quantity): Series {
  const names = task.methods.map(({ method }) => method);
  const [then = 'continue'] = pipelinesOf(names);
  const others = names.filter((name) => readMethod(name).kind === 'other');
  const point = pointMaker(task, quantity);
  return {
    label,
    look: lookOf(index),
    points: byRounds(names, then).flatMap(({ name, rounds }) =>
      point(name, tickOf(rounds), roundsLabel(rounds)),
    ),
    aside: others.flatMap((name) => point(name, asideTick(name), methodLabel(name))),
  };
}

/** One quantity by rounds with both pipelines: what the paper's figure 5 compares. Null where only one of them ran. */
export function pipelinesFigure(
  drawing: Drawing,
  { index, label, task }: RunTask,
  quantity: Quantity,
): Figure | null {
  const names = task.methods.map(({ method }) => method);
  const thens = pipelinesOf(names);
  if (thens.length < 2) return null;
  const point = pointMaker(task, quantity);
  const series = thens.map((then, at): Series => ({
    label: THEN_LABELS[then],
    look: { ...lookOf(at), ...(then === 'stop' ? { dash: '5 3' } : {}) },
    points: byRounds(names, then).flatMap(({ name, rounds }) =>
      point(name, tickOf(rounds), roundsLabel(rounds)),
    ),
    aside: [],
  }));
  const ticks = thens.flatMap((then) => byRounds(names, then)).map(({ rounds }) => tickOf(rounds));
  return lineChart(drawing, {
    name: `pipelines-${slugOf(task.task)}-${slugOf(quantity.slug)}-${index + 1}`,
    title: `${task.task}: ${quantity.name}, to continue or to stop`,
    description: `${label}. Lines with 95 % bands by rounds. Continue: the upstream finishes freely after the last round. Stop: the answer ends there.`,
    series,
    ticks: [...new Set(ticks)],
    unit: quantity.unit,
    xLabel: 'rounds',
    yLabel: quantity.name,
    ...(quantity.unit === 'net' ? { reference: 0 } : {}),
  });
}

const THEN_LABELS: Readonly<Record<Then, string>> = { continue: 'then continue', stop: 'then stop' };

const pointMaker =
  (task: TaskSummary, { unit, of }: Quantity) =>
  (name: string, x: string, title: string) => {
    const method = task.methods.find((method) => method.method === name);
    if (method === undefined) return [];
    return pointOf(x, of(method), { unit, of: title });
  };

const tickOf = (rounds: number | 'all') => (rounds === 0 ? 'raw' : String(rounds));

/** Two lines at most. */
const asideTick = (name: string) => methodLabel(name).replace(/ (?=\S*$)|(?<=best) /, '\n');

/** Every step of any run: the rounds in order, then what has none. */
function ticksOf(runs: readonly RunTask[]): string[] {
  const names = runs.flatMap(({ task }) => task.methods.map(({ method }) => method));
  const rounds = pipelinesOf(names).flatMap((then) => byRounds(names, then));
  const order = (at: number | 'all') => (at === 'all' ? Number.MAX_SAFE_INTEGER : at);
  const sorted = rounds.map(({ rounds }) => rounds).toSorted((one, other) => order(one) - order(other));
  const others = names.filter((name) => readMethod(name).kind === 'other').map(asideTick);
  const all = [...sorted.map(tickOf), ...others];
  return [...new Set(names.includes('raw') ? ['raw', ...all] : all)];
}
