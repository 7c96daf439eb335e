import type { ChatMessage } from '@stream-aligner/core';
import { render } from './model.ts';
import { chatRoute, completionEvents, messagesOf } from './openai-routes.ts';
import { BOS, decode, encode } from './vocabulary.ts';
import {
  type Body,
  finishOf,
  idsOf,
  numberOf,
  onlyFields,
  Refusal,
  scoreRows,
  usageOf,
  type Wire,
} from './wire.ts';

const COMPLETION_FIELDS =
  'model prompt max_tokens temperature repetition_penalty prompt_logprobs add_special_tokens stream stream_options'.split(
    ' ',
  );

/** vLLM's paths for tokenising, scoring, raw completions and chat, as its source has them. */
export const vllmWire: Wire = {
  refusal: (code, message) => ({ error: { message, type: 'BadRequestError', param: null, code } }),
  routes: {
    '/v1/chat/completions': chatRoute(['repetition_penalty', 'chat_template_kwargs']),

    '/tokenize': {
      kind: () => 'tokenize',
      answer({ body, faults }) {
        onlyFields(
          body,
          'model messages add_generation_prompt continue_final_message chat_template_kwargs'.split(' '),
        );
        const messages = messagesOf(body);
        const isOpen = body['continue_final_message'] === true;
        if (isOpen && body['add_generation_prompt'] !== false)
          throw new Refusal(
            400,
            'Cannot set both `continue_final_message` and `add_generation_prompt` to True.',
          );
        if (isOpen && messages.at(-1)?.role !== 'assistant')
          throw new Refusal(400, 'No message to continue.');
        const tokens = render(
          messages.map((message) => tampered(message, faults.has('altering'))),
          { isOpen },
        );
        if (!isOpen && faults.has('thinking')) tokens.push(...encode('<think>\n'));
        return { status: 200, json: { count: tokens.length, max_model_len: 4096, tokens, token_strs: null } };
      },
    },

    '/detokenize': {
      kind: () => 'detokenize',
      answer({ body }) {
        onlyFields(body, ['model', 'tokens']);
        return { status: 200, json: { prompt: decode(idsOf(body['tokens']), { special: true }) } };
      },
    },

    '/v1/completions': {
      kind: (body) => (body['prompt_logprobs'] === undefined ? 'decode' : 'score'),
      answer(request) {
        const { body, model } = request;
        onlyFields(body, COMPLETION_FIELDS);
        const prompt = promptOf(body);
        const penalty = numberOf(body['repetition_penalty'], 1.1);
        const written = model.write(prompt, { max: numberOf(body['max_tokens'], 16), penalty });
        if (body['stream'] === true) {
          if (numberOf(body['prompt_logprobs'], 0) !== 0) throw new Refusal(400, 'Not with streaming.');
          return { status: 200, events: completionEvents(prompt, written) };
        }
        const rows = body['prompt_logprobs'] === undefined ? null : scoreRows(request, prompt, 0);
        const choice = {
          index: 0,
          text: decode(written),
          logprobs: null,
          finish_reason: finishOf(written),
          stop_reason: null,
          prompt_logprobs:
            rows?.map(
              (row) =>
                row && {
                  [row.id]: { logprob: row.logprob, rank: row.rank, decoded_token: decode([row.id]) },
                },
            ) ?? null,
        };
        return {
          status: 200,
          json: { object: 'text_completion', choices: [choice], usage: usageOf(prompt, written) },
        };
      },
    },
  },
};

function promptOf(body: Body): number[] {
  const { prompt } = body;
  if (typeof prompt !== 'string') return idsOf(prompt);
  return body['add_special_tokens'] === false ? encode(prompt) : [BOS, ...encode(prompt)];
}

function tampered(message: ChatMessage, isAltering: boolean): ChatMessage {
  if (!isAltering || message.role !== 'assistant') return message;
  return { ...message, content: `${String(message.content)} Indeed.` };
}
