import { createRandom } from '../worlds/random.ts';

/** A mean with its 95 % interval; all null where nothing was counted. */
export interface Mean {
  value: number | null;
  low: number | null;
  high: number | null;
  count: number;
}

/**
 * The mean of values, with the percentile bootstrap's interval (B. Efron, Annals of Statistics 7, 1979). For a paired
 * comparison give the differences. The same values and seed give the same interval.
 */
export function meanOf(values: readonly number[], { resamples = 1000, seed = 1 } = {}): Mean {
  const count = values.length;
  if (count === 0) return { value: null, low: null, high: null, count };
  const random = createRandom(seed);
  const means = Float64Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let drawn = 0; drawn < count; drawn += 1) sum += values[random.int(0, count - 1)] ?? 0;
    return sum / count;
  }).sort();
  const at = (share: number) => means[Math.round(share * (resamples - 1))] ?? null;
  const value = values.reduce((sum, each) => sum + each, 0) / count;
  return { value, low: at(0.025), high: at(0.975), count };
}

/**
 * The net win rate of `after` against `before`: wins less losses, of all pairs, ties included (Ji et al., "Aligner",
 * NeurIPS 2024, eq. 5). From -1 to 1; 0 is no change.
 */
export function netWinRate(pairs: readonly { before: number; after: number }[]): Mean {
  return meanOf(pairs.map(({ before, after }) => Math.sign(after - before)));
}
