import { type ChatMessage, StreamAlignerError, textOf } from '@stream-aligner/core';
import type { LlamaModel, Token } from 'node-llama-cpp';

/**
 * ChatML in token ids: `<|im_start|>role\n{text}<|im_end|>\n` for each turn. The two markers go in as ids and texts are
 * tokenised without looking for special tokens, so no text can forge a turn. What stands between two markers is
 * tokenised as one string, as the trainer does it, so that ids are a function of the text alone.
 */
export interface ChatMl {
  /** Ids of the turns, up to and including the marker that opens the assistant's. */
  conversation(messages: readonly ChatMessage[]): Token[];
  /** Ids of the assistant's open turn that has come as far as `text`. */
  answer(text: string): Token[];
}

/** @throws StreamAlignerError `configuration` when the model has no ChatML markers. */
export function createChatMl(model: LlamaModel, modelPath: string): ChatMl {
  const start = marker('<|im_start|>');
  const end = marker('<|im_end|>');
  const betweenTurns = encode('\n');

  function marker(text: string): Token {
    const [token, ...rest] = model.tokenize(text, true);
    if (token !== undefined && rest.length === 0 && model.isSpecialToken(token)) return token;
    throw new StreamAlignerError(
      'configuration',
      `The model file ${modelPath} has no ${text} token: only models with the ChatML template run in-process. Serve this one with llama-server, and use it over HTTP.`,
      { details: { path: modelPath } },
    );
  }

  function encode(text: string): Token[] {
    return model.tokenize(text, false);
  }

  return {
    conversation(messages) {
      const turns = messages.flatMap((message) => [
        start,
        ...encode(`${roleOf(message)}\n${textOf(message)}`),
        end,
        ...betweenTurns,
      ]);
      return [...turns, start];
    },
    answer: (text) => encode(`assistant\n${text}`),
  };
}

function roleOf({ role }: ChatMessage): string {
  return role === 'developer' ? 'system' : role;
}
