import type { Mean } from './bootstrap.ts';

const Z95 = 1.959964;

/**
 * The median of values, with the interval between the order statistics that hold it in 95 of 100 samples, whatever the
 * distribution (W. J. Conover, Practical Nonparametric Statistics, 3.2). Below six values the interval is their range.
 */
export function medianOf(values: readonly number[]): Mean {
  const count = values.length;
  if (count === 0) return { value: null, low: null, high: null, count };
  const sorted = Float64Array.from(values).sort();
  const at = (rank: number) => sorted[Math.min(count, Math.max(1, rank)) - 1] ?? null;
  const half = (Z95 * Math.sqrt(count)) / 2;
  const [below = 0, above = 0] = [sorted[Math.ceil(count / 2) - 1], sorted[Math.floor(count / 2)]];
  return {
    value: (below + above) / 2,
    low: at(Math.floor(count / 2 - half)),
    high: at(Math.ceil(count / 2 + 1 + half)),
    count,
  };
}
