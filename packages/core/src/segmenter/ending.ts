import { Char, type CharClass, classOf } from './char-class.ts';
import type { HeldText } from './held-text.ts';

/** A run of terminators and closing marks after which a sentence may end. */
export interface Ending {
  /** Position of the first terminator. */
  at: number;
  /** The run holds more than full stops and ellipses. */
  strong: boolean;
  /** Full stops in the run; an ellipsis character counts as three. */
  dots: number;
  /** A terminator that needs no space after it. */
  wide: boolean;
  /** The last character of the run closes a bracket, a quotation or a formula. */
  closed: boolean;
}

const stop = 0x2e;

/** An ending that begins with the terminator `unit` at `at`. */
export function beginEnding(at: number, unit: number, found: CharClass): Ending {
  const ending = { at, strong: false, dots: 0, wide: false, closed: false };
  addTerminator(ending, unit, found);
  return ending;
}

/** Adds one more terminator to an ending. */
export function addTerminator(ending: Ending, unit: number, found: CharClass): void {
  if (unit === stop) ending.dots++;
  else if (unit === 0x2026 || unit === 0x2025) ending.dots += 3;
  else ending.strong = true;
  if (found === Char.stop) ending.wide = true;
  ending.closed = false;
}

/** `so $x = 2.$ Then`: the sentence's full stop stands inside the formula that `unit` may just have closed. */
export function endingInMaths(at: number, unit: number, before: number): Ending | null {
  const closesMaths = unit === 0x24 || unit === 0x5c;
  return closesMaths && before === stop
    ? { at: at - 1, strong: false, dots: 1, wide: false, closed: true }
    : null;
}

/** Terminators of one script that are other signs elsewhere: the Armenian colon, the Greek question mark. */
export function isLocalStop(unit: number, before: number): boolean {
  if (unit === 0x3a) return before >= 0x531 && before <= 0x58f;
  return unit === 0x3b && before >= 0x370 && before <= 0x3ff;
}

/** Footnote numbers. */
export function isSuperscript(unit: number): boolean {
  return unit === 0xb9 || unit === 0xb2 || unit === 0xb3 || (unit >= 0x2070 && unit <= 0x2079);
}

/** How long a reference like `[1]` or `[^1]` at `from` is; 0 if there is none. It belongs to the sentence before it. */
export function referenceLength(held: HeldText, from: number): number {
  let at = from + 1;
  if (held.unit(at) === 0x5e) at++;
  while (at - from < 6 && classOf(held.unit(at)) === Char.digit) at++;
  return classOf(held.unit(at - 1)) === Char.digit && held.unit(at) === 0x5d ? at + 1 - from : 0;
}

/** A full stop with whitespace after it, as in `. . .`. */
export function isSpacedDot(held: HeldText, at: number): boolean {
  return held.unit(at) === stop && classOf(held.unit(at + 1)) === Char.space;
}

/** `end. . . . Next`: whether the dots from `at` on are an ellipsis that opens what follows, not part of the ending. */
export function ellipsisBegins(held: HeldText, ending: Ending, contentEnd: number, at: number): boolean {
  if (ending.dots !== 1 || contentEnd !== ending.at + 1) return false;
  if (classOf(held.unit(ending.at - 1)) === Char.space) return false;
  for (let i = 0; i < 3; i++) {
    if (held.unit(at + 2 * i) !== stop || held.unit(at + 2 * i + 1) !== 0x20) return false;
  }
  return classOf(held.unit(at + 6)) === Char.upper;
}
