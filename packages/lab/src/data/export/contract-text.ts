import { escapeText, renderStreamAligner, unescapeText } from '@stream-aligner/core';
import type { Tuple } from '../tuple.ts';

/** A tuple as an aligner is asked and answers: both turns in the text of the `stream-aligner` contract. */
export interface Turns {
  user: string;
  assistant: string;
}

export function turnsOf({ question, prefix, last, correction }: Tuple): Turns {
  // The reply is escaped as the draft in the contract is: a keep is exactly a copy, and cleaning undoes it.
  return {
    user: renderStreamAligner({ question, prefix, draft: last }),
    assistant: escapeText(correction),
  };
}

const PLACE = '\0';
/** What stands before, between and behind the contract's three values. */
const PARTS = renderStreamAligner({ question: PLACE, prefix: PLACE, draft: PLACE }).split(PLACE);

/** The tuple in two turns that {@link turnsOf} gave, or null when the user's turn is no contract text. */
export function tupleOfTurns({ user, assistant }: Turns): Tuple | null {
  const [open = '', ...marks] = PARTS;
  if (!user.startsWith(open)) return null;
  const values: string[] = [];
  let from = open.length;
  for (const mark of marks) {
    // The escape keeps delimiters out of values. Trainers and people trim, so the last may have lost its space.
    const at = user.indexOf(mark.trimEnd(), from);
    if (at < 0) return null;
    values.push(unescapeText(user.slice(from, at)));
    from = at + mark.length;
  }
  const [question = '', prefix = '', last = ''] = values;
  return { question, prefix, last, correction: unescapeText(assistant) };
}
