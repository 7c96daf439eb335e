/** Enough for any answer, and within what PostgreSQL holds of one text (1 MiB). */
const MOST_CHARACTERS = 100_000;
const LONGEST_WORD = 64;

/** Scripts without spaces give a word for each character; everywhere else letters and digits that stand together are one. */
const WORD =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]|[[\p{L}\p{N}]--[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]]+/gv;

/**
 * The different words of a text, as texts are searched by: small letters, without accents. The same for every database,
 * and letters and digits alone, so that nothing in them can be taken for the syntax of a query.
 */
export function wordsOf(text: string): string[] {
  const words = new Set<string>();
  let left = MOST_CHARACTERS;
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  for (const [match] of plain.matchAll(WORD)) {
    const word = match.length > LONGEST_WORD ? [...match].slice(0, LONGEST_WORD).join('') : match;
    if (words.has(word)) continue;
    left -= word.length;
    if (left < 0) break;
    words.add(word);
  }
  return [...words];
}
