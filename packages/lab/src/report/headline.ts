import type { Interval, MethodSummary, TaskSummary } from '../eval/summary.ts';
import { differenceUnitOf, type Unit, unitOf } from './format.ts';

/** The number by which a task is told first: its first metric; without metrics, a judge's net win rate against raw. */
export interface Headline {
  name: string;
  better: 'higher' | 'lower';
  unit: Unit;
  differenceUnit: Unit;
  isJudged: boolean;
  value(method: MethodSummary): Interval | undefined;
  /** From the raw answers'. */
  difference(method: MethodSummary): Interval | undefined;
}

/** Null for a task in which nothing was measured. */
export function headlineOf({ metrics, methods }: TaskSummary): Headline | null {
  const [metric] = metrics;
  if (metric !== undefined) {
    const { name, better } = metric;
    return {
      name,
      better,
      unit: unitOf(metric),
      differenceUnit: differenceUnitOf(metric),
      isJudged: false,
      value: (method) => method.metrics[name],
      difference: (method) => method.againstRaw?.[name]?.difference,
    };
  }
  const [criterion] = methods.flatMap(({ judged = {} }) => Object.keys(judged));
  if (criterion === undefined) return null;
  const difference = ({ judged }: MethodSummary) => judged?.[criterion]?.netWinRate;
  return {
    name: `judge's net win rate (${criterion})`,
    better: 'higher',
    unit: 'net',
    differenceUnit: 'net',
    isJudged: true,
    value: (method) => (method.method === 'raw' ? noChange(method) : difference(method)),
    difference,
  };
}

/** What the raw answers have against themselves. */
export const noChange = ({ answers }: MethodSummary): Interval => ({
  value: 0,
  low: 0,
  high: 0,
  count: answers,
});
