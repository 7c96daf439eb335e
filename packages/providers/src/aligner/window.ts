import {
  type ChatMessage,
  type FittedValues,
  fitToWindow,
  StreamAlignerError,
  textOf,
} from '@stream-aligner/core';
import type { AlignerContract } from './contract.ts';

/** Tokens that chat templates put around a message, at most. */
const TOKENS_A_MESSAGE = 16;

const utf8 = new TextEncoder();

/**
 * A high estimate of a text's tokens: one for every three bytes. Byte-pair vocabularies take about four bytes a token
 * in English, and about three in scripts of three-byte characters. A window is better left half empty than overrun.
 */
export function estimateTokensHigh(text: string): number {
  return Math.ceil(utf8.encode(text).length / 3);
}

/** Cuts question and prefix until prompt and reply fit `window` tokens. Throws `context-overflow` when the draft cannot. */
export function fitContract({
  contract,
  question,
  prefix,
  draft,
  window,
  replyTokens,
  countTokens,
}: {
  contract: AlignerContract;
  question: string;
  prefix: string;
  draft: string;
  window: number;
  replyTokens: number;
  countTokens(text: string): number;
}): FittedValues {
  const tokensOf = (message: ChatMessage) => TOKENS_A_MESSAGE + countTokens(textOf(message));
  const fitted = fitToWindow({
    question,
    prefix,
    draft,
    fits: (values) =>
      contract.messages(values).reduce((sum, message) => sum + tokensOf(message), replyTokens) <= window,
  });
  if (fitted) return fitted;
  throw new StreamAlignerError(
    'context-overflow',
    `A sentence of ${draft.length} characters does not fit the aligner's window of ${window} tokens beside its reply. Give the aligner a larger window, or exempt long kinds such as code.`,
    { details: { window, draftLength: draft.length } },
  );
}
