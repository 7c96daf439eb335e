import { randomInt } from 'node:crypto';
import { StreamAlignerError, textOf, type Upstream } from '@stream-aligner/core';
import { type LocalModel, type LocalModelOptions, loadLocalModel } from './local-model.ts';
import type { Sampling } from './sequence.ts';
import { createUpstreamSession } from './upstream-session.ts';

export interface LocalUpstreamOptions extends LocalModelOptions {
  /** The temperature of requests that name none. Default 0. */
  temperature?: number;
}

/** An upstream that runs in this process. */
export interface LocalUpstream extends Upstream {
  /** Numbers the model learnt. */
  readonly parameters: number;
  countTokens(text: string): number;
  /** Refuses new answers, waits for those under way, then frees the model. */
  close(): Promise<void>;
}

/**
 * Loads a GGUF model as an upstream. Answers under way share the model and take turns, token by token.
 *
 * With a given seed (or temperature 0) an answer depends only on what was asked: not on where it was interrupted, nor on
 * what runs beside it.
 *
 * @throws StreamAlignerError `model-missing`, `model-damaged` or `configuration`.
 */
export async function createLocalUpstream(options: LocalUpstreamOptions): Promise<LocalUpstream> {
  const model = await loadLocalModel(options);
  return {
    model: model.name,
    parameters: model.parameters,
    continuation: 'native',
    countTokens: (text) => model.native.tokenize(text, false).length,
    async open({ messages, params, signal }) {
      const fewest = model.fewestTokens(messages.reduce((sum, message) => sum + textOf(message).length, 0));
      if (fewest >= model.size) throw conversationTooLong(model, fewest, 'at least ');
      const conversation = model.chat.conversation(messages);
      const needed = conversation.length + model.chat.answer('').length;
      if (needed >= model.size) throw conversationTooLong(model, needed);
      const lease = await model.sequences.lease(signal);
      const sampling: Sampling = {
        temperature: params.temperature ?? options.temperature ?? 0,
        topP: params.topP ?? 1,
        seed: params.seed ?? randomInt(2 ** 32),
      };
      return createUpstreamSession({ model, lease, conversation, sampling });
    },
    close: model.close,
  };
}

function conversationTooLong({ name, size }: LocalModel, tokens: number, bound = ''): StreamAlignerError {
  return new StreamAlignerError(
    'context-overflow',
    `The conversation has ${bound}${tokens} tokens, and ${name} can hold ${size} with its answer. Shorten the conversation.`,
    { details: { tokens, contextSize: size } },
  );
}
