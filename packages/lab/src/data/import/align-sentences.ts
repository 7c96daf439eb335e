import { type Features, featuresOf, similarity } from './similarity.ts';

/** Two sentences that say the same, by their places. */
export interface Match {
  draft: number;
  correction: number;
}

/** Sentences less alike than this are not the same sentence rewritten. */
const LEAST = 0.25;

/** Most pairs of sentences that are compared, which takes a second: 500 on each side that are not at equal ends. */
const MAX_PAIRS = 250_000;

/**
 * Which sentences of a correction say what which sentences of the draft said: the matches, in the order of both, whose
 * squared similarities sum to the most (squared, so that one good match counts for more than two doubtful ones). Equal
 * beginnings and ends are taken as they are. Null when what is left is too long to compare.
 */
export function alignSentences(drafts: readonly string[], corrections: readonly string[]): Match[] | null {
  const most = Math.min(drafts.length, corrections.length);
  let head = 0;
  while (head < most && drafts[head] === corrections[head]) head += 1;
  let tail = 0;
  while (tail < most - head && drafts.at(-1 - tail) === corrections.at(-1 - tail)) tail += 1;

  const [rows, columns] = [drafts.length - head - tail, corrections.length - head - tail];
  if (rows * columns > MAX_PAIRS) return null;
  const middle = bestMatches(
    drafts.slice(head, head + rows).map(featuresOf),
    corrections.slice(head, head + columns).map(featuresOf),
  );
  return [
    ...matchesFrom(0, 0, head),
    ...middle.map(({ draft, correction }) => ({ draft: draft + head, correction: correction + head })),
    ...matchesFrom(drafts.length - tail, corrections.length - tail, tail),
  ];
}

function matchesFrom(draft: number, correction: number, count: number): Match[] {
  return Array.from({ length: count }, (_, i) => ({ draft: draft + i, correction: correction + i }));
}

function bestMatches(drafts: readonly Features[], corrections: readonly Features[]): Match[] {
  const width = corrections.length + 1;
  // best[i * width + j]: the most that drafts from i on and corrections from j on can come to.
  const best = new Float64Array((drafts.length + 1) * width);
  const gains = new Float64Array(best.length);
  const at = (i: number, j: number) => best[i * width + j] ?? 0;
  for (let i = drafts.length - 1; i >= 0; i -= 1) {
    for (let j = corrections.length - 1; j >= 0; j -= 1) {
      const gain = gainOf(drafts[i], corrections[j]);
      gains[i * width + j] = gain;
      best[i * width + j] = Math.max(at(i + 1, j), at(i, j + 1), gain > 0 ? gain + at(i + 1, j + 1) : 0);
    }
  }
  const matches: Match[] = [];
  for (let i = 0, j = 0; i < drafts.length && j < corrections.length;) {
    const gain = gains[i * width + j] ?? 0;
    if (gain > 0 && at(i, j) === gain + at(i + 1, j + 1)) {
      matches.push({ draft: i, correction: j });
      i += 1;
      j += 1;
    } else if (at(i, j) === at(i + 1, j)) i += 1;
    else j += 1;
  }
  return matches;
}

function gainOf(draft: Features | undefined, correction: Features | undefined): number {
  if (!draft || !correction) return 0;
  const alike = similarity(draft, correction);
  return alike < LEAST ? 0 : alike * alike;
}
