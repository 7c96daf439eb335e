import {
  type ChatMessage,
  type ContractValues,
  type FittedValues,
  fitToWindow,
  StreamAlignerError,
  textOf,
} from '@stream-aligner/core';
import type { AlignerContract } from './contract.ts';

/** Tokens that chat templates put around a message, at most. */
const TOKENS_A_MESSAGE = 16;

/** What nearly every server holds. */
const DEFAULT_WINDOW = 4096;

const utf8 = new TextEncoder();

/**
 * A high estimate of a text's tokens: one for every three bytes. Byte-pair vocabularies take about four bytes a token
 * in English, and about three in scripts of three-byte characters. A window is better left half empty than overrun.
 */
export function estimateTokensHigh(text: string): number {
  return Math.ceil(utf8.encode(text).length / 3);
}

/** Fits one draft of an answer, and what stands before it, into the aligner's window. */
export type FitDraft = (draft: { prefix: string; draft: string; replyTokens: number }) => FittedValues;

/**
 * Cuts question and prefix until prompt and reply fit `window` tokens. Throws `aligner-rejected` when the draft cannot. A
 * window that nobody stated is a guess, which cuts but never fails: what cannot be cut to it goes whole.
 */
export function createFitDraft({
  contract,
  question,
  window,
  countTokens,
}: {
  contract: AlignerContract;
  question: string;
  window: number | undefined;
  countTokens(text: string): number;
}): FitDraft {
  const size = window ?? DEFAULT_WINDOW;
  const tokensOf = (message: ChatMessage) => TOKENS_A_MESSAGE + countTokens(textOf(message));
  const holds = (values: ContractValues, replyTokens: number) =>
    contract.messages(values).reduce((sum, message) => sum + tokensOf(message), replyTokens) <= size;
  // Once for the answer what no draft leaves room for: cutting a long conversation anew for each costs more than judging.
  const alone = fitToWindow({ question, prefix: '', draft: '', fits: (values) => holds(values, 0) });
  const asked = alone?.question ?? '';
  const left = question.length - asked.length;

  return ({ prefix, draft, replyTokens }) => {
    const fits = (values: ContractValues) => holds(values, replyTokens);
    const fitted = fitToWindow({ question: asked, prefix, draft, fits });
    if (fitted) {
      const { cut = { prefix: 0, question: 0 }, ...values } = fitted;
      const isWhole = cut.prefix + cut.question + left === 0;
      return isWhole ? values : { ...values, cut: { ...cut, question: cut.question + left } };
    }
    if (window === undefined) return { question, prefix, draft };
    throw new StreamAlignerError(
      'aligner-rejected',
      `A sentence of ${draft.length} characters does not fit the aligner's window of ${window} tokens beside its reply. Give the aligner a larger window, lower maxSegmentLength, or exempt long kinds such as code.`,
      { details: { window, draftLength: draft.length } },
    );
  };
}
