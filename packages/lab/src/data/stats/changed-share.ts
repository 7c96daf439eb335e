/** Words, and each sign between them; white space only separates. */
const TOKEN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{M}\p{N}]+|[^\s]/gu;

/**
 * How much of a draft a rewrite changed: the fewest words and signs to put in, take out or replace (Levenshtein), over
 * those of the longer of the two. 0 for the same words, 1 for nothing in common.
 */
export function changedShare(last: string, correction: string): number {
  const [one, other] = [last.match(TOKEN) ?? [], correction.match(TOKEN) ?? []];
  const longest = Math.max(one.length, other.length);
  return longest === 0 ? 0 : distance(one, other) / longest;
}

function distance(one: readonly string[], other: readonly string[]): number {
  // distances[j]: from the words of `one` so far to the first j of `other`.
  const distances = Uint32Array.from({ length: other.length + 1 }, (_, j) => j);
  for (const [i, word] of one.entries()) {
    let diagonal = distances[0] ?? 0;
    distances[0] = i + 1;
    for (let j = 1; j <= other.length; j += 1) {
      const above = distances[j] ?? 0;
      const left = distances[j - 1] ?? 0;
      const replaced = diagonal + (word === other[j - 1] ? 0 : 1);
      distances[j] = Math.min(replaced, above + 1, left + 1);
      diagonal = above;
    }
  }
  return distances[other.length] ?? 0;
}
