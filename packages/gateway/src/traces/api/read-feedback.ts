import {
  type Feedback,
  isJudged,
  StreamAlignerError,
  structureFault,
  type Trace,
} from '@stream-aligner/core';
import * as z from 'zod';
import { checked } from './read-query.ts';

const body = z.strictObject({
  verdict: z.enum(['accepted', 'rejected', 'edited']),
  text: z.string().optional(),
});

/**
 * Reads what a person says of a sentence. An edit is bound to what is believed of an aligner: its length, and the fences,
 * tables and JSON that the draft has. Throws `invalid-request` for a round that the trace does not have, and for a text
 * that is missing, not wanted or too long.
 */
export function readFeedback(
  sent: unknown,
  { trace, round }: { trace: Trace; round: number },
): Omit<Feedback, 'at'> {
  const { verdict, text } = checked(body, sent);
  const sentence = trace.events.filter(isJudged).find((judged) => judged.round === round);
  if (!sentence)
    throw refusal('round', 'The trace has no sentence of this round that an aligner was asked about.');
  if (verdict !== 'edited') {
    if (text !== undefined) throw refusal('text', 'A text belongs to the verdict "edited" alone.');
    return { round, verdict };
  }
  const edited = text?.trim() ?? '';
  if (edited === '')
    throw refusal('text', 'The verdict "edited" needs a text: what the sentence should say.');
  if (sentence.draft === '')
    throw refusal(
      'text',
      'Texts of this trace were not kept (traces.texts), so a sentence cannot be edited.',
    );
  const fault = structureFault({ kind: sentence.kind, draft: sentence.draft, text: edited });
  if (fault !== null) throw refusal('text', `As an aligner’s this text would be refused: ${fault}.`);
  return { round, verdict, text: edited };
}

/** The number of a round in a path. Throws `invalid-request`. */
export function readRound(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw refusal('round', 'A round is a whole number, counted from 1.');
}

function refusal(param: string, message: string): StreamAlignerError {
  return new StreamAlignerError('invalid-request', message, { details: { param } });
}
