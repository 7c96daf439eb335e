import { enclosed, splitOutside } from './brackets.ts';
import { type Rational, readRational } from './rational.ts';
import { readRelation } from './relation.ts';
import { tidy } from './tidy.ts';
import { splitUnit } from './units.ts';

/** What an answer says, taken apart as far as its parts are compared on their own. */
export type Answer =
  | { kind: 'value'; formula: string; exact: Rational | null; unit: string | null }
  /** Digits in a base that is no ten. */
  | { kind: 'based'; digits: string; base: string }
  /** A tuple, vector or interval: order and brackets count. */
  | { kind: 'group'; open: string; close: string; items: Answer[] }
  /** A set, a list of roots or a union: order does not count. */
  | { kind: 'collection'; items: Answer[] }
  | { kind: 'matrix'; rows: Answer[][] }
  /** `left operator right`, where the operator is `=`, `<`, `\le` or `\ne`. */
  | { kind: 'relation'; left: Answer; operator: string; right: Answer }
  | { kind: 'text'; text: string };

/** Nesting deeper than any answer's. */
const MAX_DEPTH = 6;

/** Reads an answer; whatever is no mathematics is text, without case, punctuation and spaces. */
export function readAnswer(text: string): Answer {
  return readTidy(tidy(text), MAX_DEPTH);
}

function readTidy(tidied: string, depth: number): Answer {
  if (depth === 0) return textOf(tidied);
  const read = (part: string) => readTidy(part.trim(), depth - 1);
  const text = connected(tidied);
  const matrix = readMatrix(text, read);
  if (matrix !== null) return matrix;
  const union = splitOutside(text, /\\cup(?![a-zA-Z])/y).parts;
  if (union.length > 1) return { kind: 'collection', items: union.map(read) };
  const ungrouped = text.replace(/(?<![\d.])\d{1,3}(?:,\d{3})+(?![\d,])/g, (number, at: number) =>
    insideBrackets(text, at) ? number : number.replaceAll(',', ''),
  );
  const listed = splitOutside(ungrouped, /,/y).parts;
  if (listed.length > 1) return { kind: 'collection', items: listed.map(read) };
  const relation = readRelation(ungrouped, read);
  if (relation !== null) return relation;
  return readGroup(ungrouped, read) ?? readPlusMinus(ungrouped, read) ?? readValue(ungrouped);
}

/** "1 and 2", "1 or 2", "x \text{ or } y" as lists; words that stay are without their `\text`. */
function connected(text: string): string {
  const words =
    /\s*,?\s*\\(?:text|textrm|mathrm|mbox)\s*\{\s*(?:and|or)\s*\}\s*|(?<=[\d)}\]a-z])\s*,?\s+(?:and|or)\s+(?=[\d(\\a-z-])/g;
  return text.replace(words, ', ');
}

function insideBrackets(text: string, at: number): boolean {
  const before = text.slice(0, at);
  return /\([^()]*$|\[[^[\]]*$|\\\{[^{}]*$/.test(before);
}

function readMatrix(text: string, read: (part: string) => Answer): Answer | null {
  const [, kind, body, end] = /^\\begin\{([pbB]?matrix)\}(.*)\\end\{([pbB]?matrix)\}$/s.exec(text) ?? [];
  if (body === undefined || kind !== end) return null;
  const rows = body
    .replace(/\\\\\s*$/, '')
    .split('\\\\')
    .map((row) => row.split('&').map(read));
  // A column is how a vector is written, so it is the same as a tuple.
  return rows.length > 1 && rows.every((row) => row.length === 1)
    ? { kind: 'group', open: '(', close: ')', items: rows.flat() }
    : { kind: 'matrix', rows };
}

function readGroup(text: string, read: (part: string) => Answer): Answer | null {
  if (/^\\emptyset$|^\\\{\s*\\\}$/.test(text)) return { kind: 'collection', items: [] };
  const brackets = enclosed(text);
  if (brackets === null) return null;
  const { open, inner, close } = brackets;
  const items = splitOutside(inner, /,/y).parts;
  if (open === '\\{' && close === '\\}') return { kind: 'collection', items: items.map(read) };
  if (items.length > 1) return { kind: 'group', open, close, items: items.map(read) };
  return open === '(' && close === ')' ? read(inner) : null;
}

/** `a \pm b` as its two values. */
function readPlusMinus(text: string, read: (part: string) => Answer): Answer | null {
  if (text.match(/\\pm(?![a-zA-Z])/g)?.length !== 1) return null;
  const items = ['+', '-'].map((sign) => read(text.replace(/\\pm(?![a-zA-Z])/, sign).replace(/^\s*\+/, '')));
  return { kind: 'collection', items };
}

function readValue(text: string): Answer {
  const [, digits, base, bare] =
    /^\+?(-?[\dA-F.]+)\s*_\s*(?:\{\s*(?:\\text\{)?\s*(\w+)\s*\}?\s*\}|(\d+))$/.exec(text) ?? [];
  if (digits !== undefined && /\d/.test(digits)) return { kind: 'based', digits, base: base ?? bare ?? '' };
  const { text: formula, unit } = splitUnit(text);
  const plain = formula.replace(/\\?\$/g, '').trim();
  const exact = readRational(unenclosed(plain));
  if (exact !== null || isFormula(plain)) return { kind: 'value', formula: plain, exact, unit };
  return textOf(text);
}

function unenclosed(text: string): string {
  const brackets = enclosed(text);
  return brackets?.open === '(' && brackets.close === ')' ? brackets.inner.trim() : text;
}

/** Whether letters in it are variables: words are none, and to multiply their letters would make anagrams equal. */
function isFormula(text: string): boolean {
  const words = text.replace(/\\[a-zA-Z]+/g, '\\');
  // The parser reads "1 2" as 12; behind the base of a logarithm it does not.
  if (/[a-zA-Z]{4}|(?<!\\_|\d)\d+\s+\d|[^\w\s\\{}()[\]+\-/^=.|!']/.test(words)) return false;
  return /[\d\\]/.test(text) || (/[a-zA-Z]/.test(text) && !/[a-zA-Z]\s*[a-zA-Z]/.test(text));
}

function textOf(text: string): Answer {
  const plain = text
    .replace(/\\(?:text|textrm|textit|textbf|mathrm|mathbf|mbox|operatorname)\s*\{([^{}]*)\}/g, '$1')
    .toLowerCase()
    .replace(/[$"`]/g, '')
    .replace(/\s*([.,;:!?])\s*/g, '$1')
    // Between digits they tell 1:23 from 12:3.
    .replace(/(?<!\d)[\s.,;:!?]|[\s.,;:!?](?!\d)/g, '');
  return { kind: 'text', text: plain };
}
