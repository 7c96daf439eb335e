import { Char, classOf, isLetter } from './char-class.ts';

/** Lines of prose that were wrapped by hand are about this long; shorter ones were ended on purpose. */
const wrapFrom = 50;
const wrapTo = 110;
const commas = new Set([...',،、，'].map((comma) => comma.charCodeAt(0)));
const colons = new Set([...':：'].map((colon) => colon.charCodeAt(0)));

/**
 * Whether a single line break between two lines of text ends a segment. Models hardly ever wrap prose: a break is meant
 * (verse, addresses, code without a fence) unless the two lines read as one sentence.
 */
export function lineBreakEnds(line: { last: number; length: number; next: number }): boolean {
  if (commas.has(line.last)) return false;
  if (classOf(line.next) === Char.lower) return colons.has(line.last);
  const runsOn = isLetter(line.last) && (isLetter(line.next) || classOf(line.next) === Char.digit);
  return !(runsOn && line.length >= wrapFrom && line.length <= wrapTo);
}
