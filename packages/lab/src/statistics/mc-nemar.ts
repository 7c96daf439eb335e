/** What changed between two runs over the same examples, each right or wrong in both. */
export interface McNemar {
  /** Wrong before, right after. */
  gained: number;
  /** Right before, wrong after. */
  lost: number;
  /** How likely a split at least as uneven is if neither is better: two-sided, exact. 1 where nothing changed. */
  p: number;
}

/** McNemar's exact test (Q. McNemar, Psychometrika 12, 1947): of the examples that changed, half should have gained. */
export function mcNemar(pairs: readonly { before: boolean; after: boolean }[]): McNemar {
  const gained = pairs.filter(({ before, after }) => !before && after).length;
  const lost = pairs.filter(({ before, after }) => before && !after).length;
  const changed = gained + lost;
  return { gained, lost, p: Math.min(1, 2 * atMost(Math.min(gained, lost), changed)) };
}

/** The chance of at most `hits` heads in `tosses` of a fair coin; by logarithms, since 2^-tosses soon underflows. */
function atMost(hits: number, tosses: number): number {
  let logChoose = 0;
  let sum = 0;
  for (let k = 0; k <= hits; k += 1) {
    sum += Math.exp(logChoose - tosses * Math.LN2);
    logChoose += Math.log(tosses - k) - Math.log(k + 1);
  }
  return sum;
}
