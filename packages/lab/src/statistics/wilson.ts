/** A share with its 95 % interval; all null where nothing was counted. */
export interface Share {
  value: number | null;
  low: number | null;
  high: number | null;
  count: number;
}

const Z95 = 1.959964;

/** The share of `hits` among `count`, with Wilson's score interval (E. B. Wilson, JASA 22, 1927). */
export function shareOf(hits: number, count: number): Share {
  if (count === 0) return { value: null, low: null, high: null, count };
  const share = hits / count;
  const spread = Z95 ** 2 / count;
  const centre = (share + spread / 2) / (1 + spread);
  const half = (Z95 / (1 + spread)) * Math.sqrt((share * (1 - share)) / count + spread / (4 * count));
  return { value: share, low: Math.max(0, centre - half), high: Math.min(1, centre + half), count };
}
