const BARS = '▁▂▃▄▅▆▇█';

/** A curve of one line: `values` averaged into at most `width` columns, from their smallest (lowest bar) to their largest. */
export function sparkline(values: readonly number[], width: number): string {
  const columns = averaged(values, width);
  const low = Math.min(...columns);
  const range = Math.max(...columns) - low;
  return columns
    .map((value) => BARS[range > 0 ? Math.round(((value - low) / range) * (BARS.length - 1)) : 0])
    .join('');
}

function averaged(values: readonly number[], width: number): number[] {
  if (values.length <= width) return [...values];
  return Array.from({ length: width }, (_, column) => {
    const from = Math.floor((column * values.length) / width);
    const to = Math.floor(((column + 1) * values.length) / width);
    return values.slice(from, to).reduce((sum, value) => sum + value, 0) / (to - from);
  });
}
