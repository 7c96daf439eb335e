/** What a text is made of, to compare it by: words and pairs of neighbouring words, each with how often it comes. */
export interface Features {
  readonly text: string;
  readonly counts: ReadonlyMap<string, number>;
  readonly total: number;
}

/** Words; where writing has no spaces between words, characters. */
const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{M}\p{N}]+/gu;

export function featuresOf(text: string): Features {
  const words = text.toLowerCase().match(WORD) ?? [];
  const counts = new Map<string, number>();
  const count = (feature: string) => counts.set(feature, (counts.get(feature) ?? 0) + 1);
  words.forEach((word, i) => {
    count(word);
    if (i > 0) count(`${words[i - 1]} ${word}`);
  });
  return { text, counts, total: Math.max(0, 2 * words.length - 1) };
}

/** Texts of the same words that differ elsewhere are nearly the same. */
const SAME_WORDS = 0.99;

/**
 * How alike two texts are, from 0 to 1; 1 only for equal ones. Twice what they share over what both have (Dice), over
 * words and neighbouring words: the latter tell sentences apart that only share the words of every sentence.
 */
export function similarity(one: Features, other: Features): number {
  if (one.text === other.text) return 1;
  const total = one.total + other.total;
  if (total === 0) return 0;
  const [few, many] = one.counts.size < other.counts.size ? [one, other] : [other, one];
  let shared = 0;
  for (const [feature, count] of few.counts) shared += Math.min(count, many.counts.get(feature) ?? 0);
  return Math.min(SAME_WORDS, (2 * shared) / total);
}
