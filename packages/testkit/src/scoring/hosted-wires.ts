import { render } from './model.ts';
import { chatRoute, completionEvents, messagesOf } from './openai-routes.ts';
import { BOS, decode, encode, pieceOf } from './vocabulary.ts';
import { finishOf, idsOf, numberOf, onlyFields, Refusal, scoreRows, usageOf, type Wire } from './wire.ts';

const refusal = (code: number, message: string) => ({
  error: { message, type: 'invalid_request_error', code },
});

/** Fireworks: `return_token_ids`, and `echo_last` with log-probabilities. By documentation only. */
export const fireworksWire: Wire = {
  refusal,
  routes: {
    '/v1/chat/completions': chatRoute(['return_token_ids', 'chat_template_kwargs'], ({ body, model }) => {
      if (body['return_token_ids'] !== true) return undefined;
      const prompt = render(messagesOf(body));
      const written = model.write(prompt, { max: numberOf(body['max_tokens'], 16) });
      const message = { role: 'assistant', content: decode(written) };
      const choices = [{ index: 0, message, finish_reason: finishOf(written), token_ids: written }];
      return { status: 200, json: { choices, prompt_token_ids: prompt, usage: usageOf(prompt, written) } };
    }),

    '/v1/completions': {
      kind: (body) =>
        body['echo_last'] !== undefined ? 'score' : body['return_token_ids'] === true ? 'tokenize' : 'decode',
      answer(request) {
        const { body, model } = request;
        onlyFields(
          body,
          'model prompt max_tokens temperature echo_last logprobs top_logprobs return_token_ids stream stream_options'.split(
            ' ',
          ),
        );
        const { prompt } = body;
        const ids = typeof prompt === 'string' ? [BOS, ...encode(prompt)] : idsOf(prompt);
        const written = model.write(ids, { max: numberOf(body['max_tokens'], 16) });
        if (body['stream'] === true) return { status: 200, events: completionEvents(ids, written) };
        const echoed = numberOf(body['echo_last'], 0);
        const all = [...ids, ...written];
        const rows =
          body['logprobs'] === true
            ? [
                ...scoreRows(request, ids, ids.length - echoed),
                ...scoreRows({ ...request, faults: new Map() }, all, ids.length),
              ]
            : [];
        const choice = {
          index: 0,
          text: decode(all.slice(ids.length - echoed)),
          finish_reason: finishOf(written),
          ...(body['return_token_ids'] === true && { prompt_token_ids: ids, token_ids: written }),
          logprobs: {
            content: rows.map(
              (row) =>
                row && {
                  token: decode([row.id]),
                  bytes: [...Buffer.from(pieceOf(row.id), 'latin1')],
                  token_id: row.id,
                  logprob: row.logprob,
                  top_logprobs: [
                    { token: decode([row.top.id]), token_id: row.top.id, logprob: row.top.logprob },
                  ],
                },
            ),
          },
        };
        return {
          status: 200,
          json: { object: 'text_completion', choices: [choice], usage: usageOf(ids, written) },
        };
      },
    },
  },
};

/** Together: `echo` with log-probabilities on chat completions, of a model that continues. By documentation only. */
export const togetherWire: Wire = {
  refusal,
  routes: {
    '/v1/chat/completions': {
      ...chatRoute(['echo', 'logprobs', 'chat_template_kwargs'], (request) => {
        const { body, model, faults } = request;
        if (body['echo'] !== true) return undefined;
        const messages = messagesOf(body);
        const isOpen = messages.at(-1)?.role === 'assistant';
        const ids = render(messages, { isOpen });
        if (faults.has('altering')) ids.push(...encode(' Indeed.'));
        const written = model.write(ids, { max: numberOf(body['max_tokens'], 16) });
        const rows = scoreRows(request, ids, 0);
        const logprobs = {
          tokens: ids.map((id) => decode([id], { special: true })),
          token_logprobs: rows.map((row) => row && row.logprob),
        };
        const message = { role: 'assistant', content: decode(written) };
        return {
          status: 200,
          json: {
            prompt: [{ text: decode(ids, { special: true }), logprobs }],
            choices: [{ index: 0, message, finish_reason: finishOf(written) === 'stop' ? 'eos' : 'length' }],
            usage: usageOf(ids, written),
          },
        };
      }),
      kind: (body) => (body['echo'] === true ? 'score' : 'chat'),
    },
  },
};

/** Predicted outputs as OpenAI documents them. */
export const predictionWire: Wire = {
  refusal,
  routes: {
    '/v1/chat/completions': chatRoute(['prediction', 'max_completion_tokens'], ({ body }) => {
      const prediction = body['prediction'] as { type?: unknown; content?: unknown } | undefined;
      if (!prediction) return undefined;
      if (body['max_completion_tokens'] !== undefined)
        throw new Refusal(400, 'Not with max_completion_tokens.');
      if (prediction.type !== 'content' || typeof prediction.content !== 'string')
        throw new Refusal(400, 'Expected a prediction of type content.');
      return undefined;
    }),
  },
};
