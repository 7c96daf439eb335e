import type { Interval } from '../../eval/summary.ts';
import { formatInterval, type Unit } from '../format.ts';
import type { Look } from '../palette.ts';

/** A value that can be drawn. Without an interval, it is a dot alone. */
export interface Point {
  x: string;
  value: number;
  low: number | null;
  high: number | null;
  /** What it says in words. */
  title: string;
}

export interface Series {
  label: string;
  look: Look;
  /** Joined by a line. */
  points: Point[];
  /** On their own. */
  aside: Point[];
}

/** A point for an interval; none where nothing was counted. */
export function pointOf(
  x: string,
  interval: Interval | undefined,
  { unit, of }: { unit: Unit; of: string },
): Point[] {
  if (interval === undefined || interval.value === null) return [];
  const { value, low, high } = interval;
  return [{ x, value, low, high, title: `${of}: ${formatInterval(interval, unit)}` }];
}

export const hasInterval = (point: Point): point is Point & { low: number; high: number } =>
  point.low !== null && point.high !== null;

/** What an axis must show of some points, with air around it; a share's ends at 0 and 1. */
export function domainOf(
  points: readonly Omit<Point, 'x' | 'title'>[],
  { unit, include = [] }: { unit: Unit; include?: number[] },
): [number, number] {
  const ends = [
    ...points.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value]),
    ...include,
  ];
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const air = Math.max((most - least) * 0.06, unit === 'percent' || unit === 'net' ? 0.01 : 1e-6);
  const [from, to] = [least - air, most + air];
  return unit === 'percent' ? [Math.max(0, from), Math.min(1, to)] : [from, to];
}
