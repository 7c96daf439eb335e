import type { ChatMessage } from '@stream-aligner/core';
import { render } from './model.ts';
import { chatRoute, messagesOf } from './openai-routes.ts';
import { decode, END, encode } from './vocabulary.ts';
import { type Body, idsOf, numberOf, onlyFields, Refusal, type Row, scoreRows, type Wire } from './wire.ts';

/** SGLang's native paths and its chat completions, as its source has them. */
export const sglangWire: Wire = {
  refusal: (code, message) => ({ object: 'error', message, type: 'BadRequest', param: null, code }),
  routes: {
    '/v1/chat/completions': chatRoute(['repetition_penalty', 'chat_template_kwargs', 'rid']),

    '/tokenize': {
      kind: () => 'tokenize',
      answer({ body, faults }) {
        onlyFields(body, 'model messages continue_final_message chat_template_kwargs'.split(' '));
        const isOpen = body['continue_final_message'] === true;
        const tokens = render(asSglangReads(messagesOf(body), isOpen), { isOpen });
        if (isOpen && faults.has('altering')) tokens.push(...encode(' Indeed.'));
        if (!isOpen && faults.has('thinking')) tokens.push(...encode('<think>\n'));
        return { status: 200, json: { tokens, count: tokens.length, max_model_len: 4096 } };
      },
    },

    '/detokenize': {
      kind: () => 'detokenize',
      answer({ body }) {
        onlyFields(body, ['model', 'tokens', 'skip_special_tokens']);
        const special = body['skip_special_tokens'] === false;
        return { status: 200, json: { text: decode(idsOf(body['tokens']), { special }) } };
      },
    },

    '/generate': {
      kind: (body) => (body['return_logprob'] === true ? 'score' : 'decode'),
      answer(request) {
        const { body, model, faults } = request;
        onlyFields(
          body,
          'input_ids sampling_params rid stream return_logprob logprob_start_len top_logprobs_num'.split(' '),
        );
        const ids = idsOf(body['input_ids']);
        const { max_new_tokens, temperature } = (body['sampling_params'] ?? {}) as Body;
        if (temperature !== 0) throw new Refusal(400, 'This model is greedy.');
        const max = numberOf(max_new_tokens, 128);
        const output = model.write(ids, { max });
        // The bound is looked at first: a reply that ends with its last token has run into the bound.
        const ended = output.at(-1) === END && output.length < max;
        const finish = ended ? { type: 'stop', matched: END } : { type: 'length', length: max };
        const start = numberOf(body['logprob_start_len'], -1);
        const rows = body['return_logprob'] === true ? scoreRows(request, ids, start) : undefined;
        return {
          status: 200,
          json: {
            text: decode(output),
            output_ids: output,
            meta_info: {
              id: body['rid'] ?? 'unnamed',
              finish_reason: faults.has('nan') ? { type: 'stop', matched: 'NaN happened' } : finish,
              prompt_tokens: ids.length,
              completion_tokens: output.length,
              cached_tokens: 0,
              ...(rows && scoresOf(rows, faults.has('null-rows'))),
              ...(rows && { output_token_logprobs: output.map((id) => [-0.1, id, null]) }),
            },
          },
        };
      },
    },

    '/abort_request': {
      kind: () => 'abort',
      answer({ body }) {
        if (typeof body['rid'] !== 'string') throw new Refusal(422, 'Which one?');
        return { status: 200 };
      },
    },
  },
};

function scoresOf(rows: (Row | null)[], isNull: boolean) {
  return {
    // The token at the start has no score of its own, but stands there with its id.
    input_token_logprobs: rows.map((row, index) =>
      isNull ? null : [index === 0 ? null : row?.logprob, row?.id, null],
    ),
    input_top_logprobs: rows.map((row, index) =>
      index === 0 || !row ? null : [[row.top.logprob, row.top.id, null]],
    ),
  };
}

/** Without the flag, a trailing assistant message silently becomes the user's. */
function asSglangReads(messages: ChatMessage[], isOpen: boolean): ChatMessage[] {
  const last = messages.at(-1);
  if (isOpen || last?.role !== 'assistant') return messages;
  return [...messages.slice(0, -1), { ...last, role: 'user' }];
}
