import { type CopyLikelihood, StreamAlignerError } from '@stream-aligner/core';
import type { CopyAsk, CopyCheck } from './protocol.ts';

/** How likely a model is to copy a draft, by one pass over it. Rejects where this draft cannot be scored there. */
export async function likelihoodOf(
  score: NonNullable<CopyCheck['score']>,
  ask: CopyAsk,
): Promise<CopyLikelihood> {
  const scored = await score(ask);
  if (!scored)
    throw new StreamAlignerError(
      'aligner-rejected',
      `The aligner at ${ask.endpoint.origin} cannot score this sentence: its chat template or its tokenizer changes it. Rank by a reward model instead.`,
    );
  const { rows, usage } = scored;
  return {
    logProbability: rows.reduce((sum, { logprob }) => sum + logprob, 0),
    tokens: rows.length,
    usage,
  };
}
