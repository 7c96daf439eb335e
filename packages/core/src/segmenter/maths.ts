import type { HeldText } from './held-text.ts';

const backslash = 0x5c;

/** Reads one step inside display maths: how many code units, and whether they close it. */
export function readMaths(
  held: HeldText,
  position: number,
  closer: string,
): { length: number; closed: boolean } {
  const unit = held.unit(position);
  if (unit === closer.charCodeAt(0)) {
    let length = 1;
    while (length < closer.length && held.unit(position + length) === closer.charCodeAt(length)) length++;
    if (length === closer.length) return { length, closed: true };
  }
  // An escaped character is taken with its backslash, so that `\\]` is a line break and a bracket, not an end.
  const escaped = unit === backslash && held.unit(position + 1) === backslash;
  return { length: escaped ? 2 : 1, closed: false };
}
