import type { ChatMessage } from '@stream-aligner/core';
import { render } from './model.ts';
import { decode } from './vocabulary.ts';
import {
  type Answer,
  type Body,
  finishOf,
  numberOf,
  onlyFields,
  Refusal,
  type Route,
  usageOf,
  type WireRequest,
} from './wire.ts';

const CHAT_FIELDS = ['model', 'messages', 'temperature', 'max_tokens', 'stream', 'stream_options'];

export function messagesOf(body: Body): ChatMessage[] {
  if (!Array.isArray(body['messages'])) throw new Refusal(400, 'Expected messages.');
  return body['messages'] as ChatMessage[];
}

/** Chat completions that know `fields` beside the usual ones; `before` may refuse a body or answer it in another way. */
export function chatRoute(
  fields: readonly string[],
  before?: (request: WireRequest) => Answer | undefined,
): Route {
  return {
    kind: () => 'chat',
    answer(request) {
      const { body, model, faults } = request;
      onlyFields(body, faults.has('no-own-fields') ? CHAT_FIELDS : [...CHAT_FIELDS, ...fields]);
      if (numberOf(body['temperature'], 1) !== 0) throw new Refusal(400, 'This model is greedy.');
      const special = before?.(request);
      if (special) return special;
      const prompt = render(messagesOf(body));
      // As with many real models, the published settings hold a penalty that only an explicit 1 takes away.
      const penalty = fields.includes('repetition_penalty') ? numberOf(body['repetition_penalty'], 1.1) : 1;
      const written = model.write(prompt, { max: numberOf(body['max_tokens'], 16), penalty });
      if (body['stream'] !== true) return { status: 200, json: chatReply(prompt, written) };
      const deltas = deltasOf(written).map((content) => ({ choices: [{ index: 0, delta: { content } }] }));
      return {
        status: 200,
        events: [
          ...deltas,
          { choices: [{ index: 0, delta: {}, finish_reason: finishOf(written) }] },
          { choices: [], usage: usageOf(prompt, written) },
        ],
      };
    },
  };
}

/** A stream of raw completions. */
export function completionEvents(prompt: readonly number[], written: readonly number[]): unknown[] {
  return [
    ...deltasOf(written).map((text) => ({ choices: [{ index: 0, text, finish_reason: null }] })),
    { choices: [{ index: 0, text: '', finish_reason: finishOf(written) }] },
    { choices: [], usage: usageOf(prompt, written) },
  ];
}

function chatReply(prompt: readonly number[], written: readonly number[]) {
  const message = { role: 'assistant', content: decode(written) };
  return {
    choices: [{ index: 0, message, finish_reason: finishOf(written) }],
    usage: usageOf(prompt, written),
  };
}

/** The text token by token, each character whole. */
function deltasOf(written: readonly number[]): string[] {
  let sent = '';
  return written.flatMap((_, index) => {
    const text = decode(written.slice(0, index + 1));
    if (text.endsWith('\uFFFD') && index < written.length - 1) return [];
    const delta = text.slice(sent.length);
    sent = text;
    return delta === '' ? [] : [delta];
  });
}
