import type { Answer } from './answer.ts';
import { splitOutside } from './brackets.ts';

const OPERATOR = /\\(?:le|ge|ne|lt|gt|in)(?![a-zA-Z])|[=<>]/y;

/** The sign to compare by, and whether its sides are swapped for it. */
const SIGNS: Readonly<Record<string, readonly [sign: string, swapped: boolean]>> = {
  '=': ['=', false],
  '\\ne': ['\\ne', false],
  '<': ['<', false],
  '\\lt': ['<', false],
  '\\le': ['\\le', false],
  '>': ['<', true],
  '\\gt': ['<', true],
  '\\ge': ['\\le', true],
};

/**
 * Reads an equation, an inequality or `x \in S` (which is `S`); null where there is no such sign. Of "x = 2 + 3 = 5" the
 * first and last side count. An inequality for one letter is the interval that it describes.
 */
export function readRelation(text: string, read: (part: string) => Answer): Answer | null {
  const { parts, separators } = splitOutside(text, OPERATOR);
  const sides = parts.map((part) => part.trim());
  const [left, middle, right] = [sides[0] ?? '', sides[1] ?? '', sides.at(-1) ?? ''];
  const [sign, second] = separators;
  if (sign === undefined || sides.includes('')) return null;
  if (sign === '\\in') return separators.length === 1 ? read(right) : null;
  const [operator, swapped] = SIGNS[sign] ?? [sign, false];
  if (separators.every((other) => other === sign) && operator === '=')
    return { kind: 'relation', left: read(left), operator, right: read(right) };
  const interval = (low: string, opens: boolean, high: string, closes: boolean): Answer => ({
    kind: 'group',
    open: opens ? '(' : '[',
    close: closes ? ')' : ']',
    items: [read(low), read(high)],
  });
  if (second === undefined) {
    const [low, high] = swapped ? [right, left] : [left, right];
    const strict = operator === '<';
    if (operator !== '\\ne' && isLetter(low) && !isLetter(high))
      return interval('-\\infty', true, high, strict);
    if (operator !== '\\ne' && isLetter(high) && !isLetter(low))
      return interval(low, strict, '\\infty', true);
    return { kind: 'relation', left: read(low), operator, right: read(high) };
  }
  const [next, alsoSwapped] = SIGNS[second] ?? [second, false];
  if (separators.length !== 2 || swapped !== alsoSwapped || !isLetter(middle)) return null;
  if (![operator, next].every((one) => one === '<' || one === '\\le')) return null;
  return swapped
    ? interval(right, next === '<', left, operator === '<')
    : interval(left, operator === '<', right, next === '<');
}

function isLetter(side: string): boolean {
  return /^(?:[a-zA-Z]|\\[a-z]+)$/.test(side) && side !== '\\infty' && side !== '\\pi';
}
