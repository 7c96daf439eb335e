/** Counts of numbers, from which quantiles are exact and memory is that of the different numbers. */
export interface Histogram {
  add(value: number): void;
  summary(): Summary | null;
}

/** Where the numbers lie. */
export interface Summary {
  median: number;
  p90: number;
  max: number;
}

export function createHistogram(): Histogram {
  const counts = new Map<number, number>();
  let total = 0;
  return {
    add(value) {
      counts.set(value, (counts.get(value) ?? 0) + 1);
      total += 1;
    },
    summary() {
      if (total === 0) return null;
      const sorted = [...counts].toSorted(([one], [other]) => one - other);
      /** The least number that at least this share of all does not exceed. */
      const quantile = (share: number) => {
        let seen = 0;
        return sorted.find(([, count]) => (seen += count) >= share * total)?.[0] ?? 0;
      };
      return { median: quantile(0.5), p90: quantile(0.9), max: quantile(1) };
    },
  };
}
