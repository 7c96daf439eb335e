import type { Interval } from '../eval/summary.ts';
import type { Metric } from '../eval/tasks/task.ts';

/**
 * How a number reads: `percent` 78.1 %; `points` +15.8 pts, the difference of two shares; `net` +12.3 %, a net win rate;
 * `number` 0.78; `change` +0.12; `ms` 412 ms; `added` +41 ms; `count` 12.3.
 */
export type Unit = 'percent' | 'points' | 'net' | 'number' | 'change' | 'ms' | 'added' | 'count';

const SIGNED: ReadonlySet<Unit> = new Set(['points', 'net', 'change', 'added']);
const SUFFIX: Readonly<Record<Unit, string>> = {
  percent: '\u00A0%',
  points: '\u00A0pts',
  net: '\u00A0%',
  number: '',
  change: '',
  ms: '\u00A0ms',
  added: '\u00A0ms',
  count: '',
};

/** What stands for a number that is not there. */
export const NOTHING = '–';

/** The unit of a metric's mean, and of the difference of two. */
export const unitOf = ({ kind }: Metric): Unit => (kind === 'share' ? 'percent' : 'number');
export const differenceUnitOf = ({ kind }: Metric): Unit => (kind === 'share' ? 'points' : 'change');

export const formatValue = (value: number | null, unit: Unit): string =>
  value === null ? NOTHING : digits(value, unit) + SUFFIX[unit];

/** "75.3–80.6", or "−0.3 to +4.5" where signs would run into the dash. Null without an interval. */
export function formatRange({ low, high }: Interval, unit: Unit): string | null {
  if (low === null || high === null) return null;
  const between = SIGNED.has(unit) || low < 0 ? ' to ' : '–';
  return digits(low, unit) + between + digits(high, unit);
}

/** "78.1 % (75.3–80.6)". */
export function formatInterval(interval: Interval, unit: Unit): string {
  const range = formatRange(interval, unit);
  return formatValue(interval.value, unit) + (range === null ? '' : ` (${range})`);
}

/** A test's probability: "0.031", "< 0.001". */
export const formatP = (p: number): string => (p < 0.001 ? '< 0.001' : p.toFixed(3));

export const formatCount = (count: number): string => count.toLocaleString('en-US');

/** A number of parameters: 3.1M. */
export function formatParameters(count: number): string {
  const [size, letter] = count >= 1e9 ? [1e9, 'B'] : count >= 1e6 ? [1e6, 'M'] : [1e3, 'k'];
  return `${(count / size).toFixed(1).replace(/\.0$/, '')}${letter}`;
}

function digits(value: number, unit: Unit): string {
  const scaled = unit === 'percent' || unit === 'points' || unit === 'net' ? 100 * value : value;
  const text = grouped(Math.abs(scaled), decimalsOf(Math.abs(scaled), unit));
  const isZero = Number(text) === 0;
  if (scaled < 0 && !isZero) return `\u2212${text}`;
  return SIGNED.has(unit) && !isZero ? `+${text}` : text;
}

function decimalsOf(size: number, unit: Unit): number {
  if (unit === 'number' || unit === 'change') return 2;
  if (unit === 'ms' || unit === 'added') return size < 10 ? 1 : 0;
  return 1;
}

const grouped = (value: number, decimals: number) =>
  value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
