const WIDE = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Thai}]/gu;

/**
 * An estimate of a text's tokens where the model's own tokenizer is out of reach: one for each character of scripts
 * without spaces, one for every four code units of anything else. A function of the text alone, so that the count does
 * not depend on how it was chunked.
 */
export function estimateTokens(text: string): number {
  const wide = text.match(WIDE)?.length ?? 0;
  return wide + Math.ceil((text.length - wide) / 4);
}

/** The longest start of `text` of at most `limit` tokens, never ending in half a surrogate pair. */
export function truncateToTokens(text: string, limit: number, countTokens: (text: string) => number): string {
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (countTokens(text.slice(0, middle)) <= limit) low = middle;
    else high = middle - 1;
  }
  const splitsPair = /[\uD800-\uDBFF]$/.test(text.slice(0, low)) && low < text.length;
  return text.slice(0, splitsPair ? low - 1 : low);
}
