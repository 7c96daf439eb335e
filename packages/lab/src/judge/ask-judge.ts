import {
  type Aligner,
  align,
  type ChatMessage,
  StreamAlignerError,
  type Upstream,
} from '@stream-aligner/core';

/** A model that judges. */
export interface JudgeModel {
  /** It must follow instructions. */
  model: Upstream;
  /** Longest reply, in tokens. Default 400. */
  maxTokens?: number;
}

/** A server that is busy or down for a moment is waited for. */
const RECOVERY = { attempts: 5, backoffMs: 1_000, maxBackoffMs: 60_000 };

/** What a judge says to a conversation, at temperature 0. Rejects with the failure of its model. */
export async function askJudge(
  { model, maxTokens = 400 }: JudgeModel,
  { messages, signal }: { messages: ChatMessage[]; signal: AbortSignal },
): Promise<string> {
  const { text } = await align({
    upstream: model,
    aligner: unasked,
    rounds: 0,
    messages,
    params: { temperature: 0, maxTokens },
    recovery: RECOVERY,
    signal,
  });
  return text;
}

/** In the place of an aligner: an answer without rounds asks none. */
const unasked: Aligner = {
  model: 'none',
  open: () => Promise.reject(new StreamAlignerError('internal', 'A judge asked for an aligner.')),
};
