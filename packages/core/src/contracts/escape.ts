import contract from './escape.json' with { type: 'json' };

const quote = (text: string) => text.replace(/[.*+?^${}()|[\]\\/<>]/g, '\\$&');
const alternatives = (backslashes: string) =>
  new RegExp(
    contract.guarded
      .map((word) => `(?<=${quote(word.charAt(0))})${backslashes}(?=${quote(word.slice(1))})`)
      .join('|'),
    'g',
  );
const ESCAPABLE = alternatives(String.raw`\\*`);
const ESCAPED = alternatives(String.raw`\\+`);

/**
 * The escape `backslash-after-first` (escape.json): text in which nothing can be read as a contract's delimiter or a
 * chat template's special token. {@link unescapeText} undoes it exactly.
 */
export function escapeText(text: string): string {
  return text.replace(ESCAPABLE, (backslashes) => `${backslashes}\\`);
}

/** Undoes {@link escapeText}. */
export function unescapeText(text: string): string {
  return text.replace(ESCAPED, (backslashes) => backslashes.slice(1));
}
