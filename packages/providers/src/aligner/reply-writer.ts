import { StreamAlignerError } from '@stream-aligner/core';
import { streamCompletion } from '../http/stream-completion.ts';
import {
  addUsage,
  type Checked,
  type CopyAsk,
  type CopyCheck,
  checkCopy,
  isUnavailable,
  type Reply,
  unavailable,
} from './copy-check/protocol.ts';
import { requestBody } from '../upstream/request-body.ts';
import { readReply } from './read-reply.ts';

/** Gets a model's reply to one draft: by the copy check where the server supports it, else by decoding. */
export type WriteReply = (ask: CopyAsk) => Promise<Checked & { reply: string }>;

/**
 * Writes the replies of one answer. A server that turns out not to support the check is not asked for it again, and
 * `onUnavailable` is told; one that fails fails the reply.
 */
export function createReplyWriter({
  check,
  keepThreshold,
  onUnavailable,
}: {
  check: CopyCheck;
  keepThreshold: number | undefined;
  onUnavailable(error: StreamAlignerError): void;
}): WriteReply {
  let { score, decoding } = check;

  return async (ask) => {
    check.begin?.(ask);
    const checked = score && (await tryCheck(score, ask));
    if (checked?.reply !== undefined) return { ...checked, reply: checked.reply };
    const { reply, usage } = await decode(ask);
    const total = checked?.usage ? addUsage(checked.usage, usage) : usage;
    return { reply, by: 'decoding', ...(total && { usage: total }) };
  };

  async function tryCheck(
    scoreCopy: NonNullable<CopyCheck['score']>,
    ask: CopyAsk,
  ): Promise<Checked | undefined> {
    try {
      return await checkCopy(scoreCopy, ask, keepThreshold);
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      score = undefined;
      onUnavailable(error);
      return undefined;
    }
  }

  async function decode(ask: CopyAsk): Promise<Reply> {
    if (!decoding) return decodeChat(ask, {});
    try {
      return await decodeChat(ask, decoding(ask));
    } catch (error) {
      // A server that does not know the check's own fields may still do without them.
      if (!StreamAlignerError.isInstance(error) || ![400, 422].includes(Number(error.details['status'])))
        throw error;
      const reply = await decodeChat(ask, {});
      decoding = undefined;
      score = undefined;
      onUnavailable(unavailable(ask.endpoint, "does not take the copy check's own fields"));
      return reply;
    }
  }
}

function decodeChat(
  { endpoint, model, body, messages, maxTokens, words, signal }: CopyAsk,
  fields: Record<string, unknown>,
): Promise<Reply> {
  const events = streamCompletion(endpoint, {
    path: '/chat/completions',
    body: requestBody({
      model,
      params: {},
      maxTokens,
      configured: { temperature: 0, ...body, ...fields },
      // Unlike a client's, the operator's `stop` is meant for this model.
      conversation: { ...('stop' in body && { stop: body['stop'] }), messages },
      // Predicted outputs go with `max_tokens` alone, whatever the server prefers elsewhere.
      words: 'prediction' in fields ? { ...words, maxTokens: 'max_tokens' } : words,
    }),
    signal,
  });
  return readReply(events, maxTokens);
}
