import { Char, classOf, isBullet, isLetter } from './char-class.ts';
import type { HeldText } from './held-text.ts';

/** What a line begins as, seen from its first character that is not whitespace. */
export interface LineStart {
  type: 'text' | 'list-item' | 'heading' | 'rule' | 'table' | 'fence' | 'math' | 'empty-quote';
  /** Where the marker ends (block quote signs, list numbers) and the line's own text begins. */
  content: number;
  /** For fences and rules: the character they are made of. */
  mark?: number;
  /** For maths: what closes it. */
  closer?: string;
}

const backslash = 0x5c;
const ruleMarks = new Set([...'-*_=─━═—―~'].map((mark) => mark.charCodeAt(0)));
const markerSpan = 6;

/** Reads how the line at `position` begins. Looks ahead a bounded number of characters. */
export function readLineStart(held: HeldText, position: number): LineStart {
  let at = position;
  let lastSign = position;
  for (let quotes = 0; quotes < markerSpan && held.unit(at) === 0x3e; quotes++) {
    lastSign = at;
    at++;
    if (held.unit(at) === 0x20) at++;
  }
  if (at > position && (classOf(held.unit(at)) === Char.space || held.unit(at) === -1)) {
    return { type: 'empty-quote', content: lastSign + 1 };
  }
  return readMarker(held, at);
}

function readMarker(held: HeldText, at: number): LineStart {
  const unit = held.unit(at);
  if (unit === 0x7c) return { type: 'table', content: at + 1 };
  if (unit === 0x23) return readHeading(held, at);
  if (isFence(held, at)) return { type: 'fence', content: at + 3, mark: unit };
  if (unit === 0x24 && held.unit(at + 1) === 0x24) return { type: 'math', content: at + 2, closer: '$$' };
  if (unit === backslash) return readMaths(held, at);
  if (ruleMarks.has(unit) && run(held, at, unit) >= 3) {
    const next = classOf(held.unit(at + 3));
    // `***bold***` and the like are text; a rule goes on with its own mark or ends.
    if (next === Char.space || held.unit(at + 3) === unit || held.unit(at + 3) === -1) {
      return { type: 'rule', content: at + 3, mark: unit };
    }
  }
  return readListMarker(held, at) ?? { type: 'text', content: at };
}

/** Whether three backticks or tildes stand at `at`. */
export function isFence(held: HeldText, at: number): boolean {
  const unit = held.unit(at);
  return (unit === 0x60 || unit === 0x7e) && run(held, at, unit) >= 3;
}

function run(held: HeldText, at: number, unit: number): number {
  let length = 0;
  while (length < 3 && held.unit(at + length) === unit) length++;
  return length;
}

function readHeading(held: HeldText, at: number): LineStart {
  let end = at;
  while (end - at < 6 && held.unit(end) === 0x23) end++;
  return classOf(held.unit(end)) === Char.space
    ? { type: 'heading', content: end }
    : { type: 'text', content: at };
}

function readMaths(held: HeldText, at: number): LineStart {
  if (held.unit(at + 1) === 0x5b) return { type: 'math', content: at + 2, closer: '\\]' };
  const begin = '\\begin{';
  for (let i = 0; i < begin.length; i++) {
    if (held.unit(at + i) !== begin.charCodeAt(i)) return { type: 'text', content: at };
  }
  const name = at + begin.length;
  let end = name;
  while (end - name < 20 && (isLetter(held.unit(end)) || held.unit(end) === 0x2a)) end++;
  if (end === name || held.unit(end) !== 0x7d) return { type: 'text', content: at };
  return { type: 'math', content: end + 1, closer: `\\end{${held.slice(name, end)}}` };
}

function readListMarker(held: HeldText, at: number): LineStart | null {
  const unit = held.unit(at);
  const afterOne = classOf(held.unit(at + 1));
  // ① to ⑳ are list numbers of their own.
  if (isBullet(unit) || (unit >= 0x2460 && unit <= 0x2473)) return { type: 'list-item', content: at + 1 };
  if (unit === 0x2d || unit === 0x2a || unit === 0x2b || unit === 0x2013) {
    return afterOne === Char.space ? { type: 'list-item', content: at + 1 } : null;
  }
  const bracketed = unit === 0x28;
  const from = bracketed ? at + 1 : at;
  let end = from;
  while (end - from < 3 && classOf(held.unit(end)) === Char.digit) end++;
  if (end === from) while (end - from < 4 && isNumeralLetter(held.unit(end), end - from)) end++;
  if (end === from) return null;
  const sign = held.unit(end);
  if (sign !== 0x29 && (bracketed || sign !== 0x2e)) return null;
  end++;
  if (sign === 0x2e && held.unit(end) === 0x29) end++;
  return classOf(held.unit(end)) === Char.space ? { type: 'list-item', content: end } : null;
}

/** One letter of any kind, or more that make a small Roman number. */
function isNumeralLetter(unit: number, index: number): boolean {
  if (index === 0) return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a);
  const lower = unit | 0x20;
  return lower === 0x69 || lower === 0x76 || lower === 0x78;
}
