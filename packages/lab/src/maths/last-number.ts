const NUMBER =
  /(?<![\w.])(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|(?<![\w.])\.\d+|(?<=[a-zA-Z_])\d+(?:\.\d+)?/g;
/** Formulas between dollar signs open before and close behind a character that is no space, so that prices are none. */
const FORMULA =
  /\$\$([^$]{1,300})\$\$|\$(?!\s)([^$\n]{1,300})(?<!\s)\$(?!\d)|\\\(((?:(?!\\\)).){1,300})\\\)|\\\[((?:(?!\\\]).){1,300})\\\]/gs;

/**
 * The last number of a text as it is written, with its sign, currency, percent sign and the fraction that it is part of.
 * Where it stands in a formula, what that formula says: all of it behind its last "=".
 */
export function lastNumber(text: string): string | null {
  const number = [...text.matchAll(NUMBER)].at(-1);
  if (number === undefined) return null;
  const end = number.index + number[0].length;
  for (const found of [...text.matchAll(FORMULA)].reverse()) {
    if (found.index + found[0].length < end) break;
    const formula = found.slice(1).find((group) => group !== undefined) ?? '';
    // Two prices with words between them are no formula.
    if (found.index > number.index || /(?<![\\a-zA-Z])[a-zA-Z]{3,}\s/.test(formula)) continue;
    const result = formula.split('=').at(-1)?.trim() ?? '';
    if (/\d/.test(result)) return result;
  }
  return withSurroundings(text, number.index, end);
}

function withSurroundings(text: string, start: number, end: number): string {
  const before = text.slice(Math.max(0, start - 80), start);
  const fraction = /\\[dt]?frac\s*\{[^{}]*\}\s*\{\s*$/.exec(before)?.[0];
  if (fraction !== undefined && text[end] === '}')
    return signed(before.slice(0, -fraction.length)) + `${fraction.trimEnd()}${text.slice(start, end)}}`;
  const top = /(?<![\w./])(?:\d[\d,]*)\s?\/\s?$/.exec(before)?.[0] ?? '';
  const money = /\\?[$€£]\s?$/.exec(before.slice(0, before.length - top.length))?.[0] ?? '';
  const lead = before.slice(0, before.length - top.length - money.length);
  const behind = /^\s?(?:\\?%|percent\b)/.exec(text.slice(end))?.[0] ?? '';
  return `${signed(lead)}${money}${top}${text.slice(start, end)}${behind}`;
}

/** A minus sign before a number, unless it takes it away from something. */
function signed(before: string): string {
  return /(?:^|[^\w)\]}%.\s]|(?:^|[^\w)\]}%.\s]|[a-zA-Z:])\s+)\s*[-−]$/.test(before) ? '-' : '';
}
