import { align, type ChatMessage, type Upstream } from '@stream-aligner/core';
import { NOBODY } from '../nobody.ts';
import { RECOVERY } from '../patience.ts';

/** A model that judges. */
export interface JudgeModel {
  /** It must follow instructions. */
  model: Upstream;
  /** Longest reply, in tokens. Default 400. */
  maxTokens?: number;
}

/** What a judge says to a conversation, at temperature 0. Rejects with the failure of its model. */
export async function askJudge(
  { model, maxTokens = 400 }: JudgeModel,
  { messages, signal }: { messages: ChatMessage[]; signal: AbortSignal },
): Promise<string> {
  const { text } = await align({
    upstream: model,
    aligner: NOBODY,
    rounds: 0,
    messages,
    params: { temperature: 0, maxTokens },
    recovery: RECOVERY,
    signal,
  });
  return text;
}
