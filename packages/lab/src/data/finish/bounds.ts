import { escapeText } from '@stream-aligner/core';
import type { Tuple } from '../tuple.ts';

/** Why a tuple is left out, whatever else is wanted. */
export type Fault =
  'empty' | 'only whitespace changed' | 'too long' | 'control characters' | 'delimiters left';

/** A draft shorter than this is measured as if it had so many characters: "No." may become a whole sentence. */
const SHORTEST = 80;

/** What no text has but by mistake: control characters other than tab and line breaks, half surrogate pairs, U+FFFD. */
export const CONTROL = /[^\P{Cc}\t\n\r]|\p{Cs}|\uFFFD/u;

/** What is wrong with a tuple, or null. `maxGrowth`: how many times as long as its draft a correction may be. */
export function faultOf(
  { question, last, correction }: Tuple,
  { maxGrowth }: { maxGrowth: number },
): Fault | null {
  if (question.trim() === '' || last.trim() === '' || correction.trim() === '') return 'empty';
  if (last === correction) return CONTROL.test(last) ? 'control characters' : null;
  if (withoutSpace(last) === withoutSpace(correction)) return 'only whitespace changed';
  if (correction.length > maxGrowth * Math.max(last.length, SHORTEST)) return 'too long';
  if (CONTROL.test(last + correction)) return 'control characters';
  // The draft may hold them, if the model wrote about them; a rewrite that brings them in is a contract's remains.
  if (escapeText(correction) !== correction && escapeText(last) === last) return 'delimiters left';
  return null;
}

const withoutSpace = (text: string) => text.replace(/\s+/g, ' ').trim();
