import type { FinishReason, GenerationParams } from '@stream-aligner/core';
import * as z from 'zod';
import { finishOf } from '../../http/chat-events.ts';
import { atRoot } from '../../http/endpoint.ts';
import { failure, reportedFailure } from '../../http/failures.ts';
import { postJson } from '../../http/post-json.ts';
import { parseJson, wireError } from '../../wire/chat-chunk.ts';
import { postTokenize, type TokenRoute } from './route.ts';

const rendered = z.looseObject({ prompt: z.string() });

const completion = z.looseObject({
  error: z.unknown().optional(),
  content: z.string().default(''),
  tokens: z.array(z.int()).default([]),
  stop: z.boolean().default(false),
  stop_type: z.string().optional(),
  tokens_predicted: z.int().optional(),
  tokens_evaluated: z.int().optional(),
});

const finishes: Readonly<Record<string, FinishReason>> = { eos: 'stop', word: 'stop', limit: 'length' };

/**
 * llama.cpp's server: `/apply-template` and `/tokenize` once, `/tokenize` for each rewritten text, and `/completion` with
 * ids alone (a list of texts would be several prompts). A tokenizer that puts a space before every text (SentencePiece
 * with `add_space_prefix`) puts one before each rewrite too: use `continuation: flags` with such a model.
 */
export const llamaCppTokens: TokenRoute = {
  async render(context, messages) {
    const { endpoint, model, configured, signal } = context;
    const body = { ...configured, model, messages, add_generation_prompt: true };
    const reply = await postJson(atRoot(endpoint), { path: '/apply-template', body, signal });
    const { data } = rendered.safeParse(reply);
    if (data) return postTokenize(context, { content: data.prompt, add_special: true, parse_special: true });
    throw failure(endpoint, 'failed', 'sent no prompt for a conversation. Set `continuation: flags`.');
  },
  tokenize: (context, text) =>
    postTokenize(context, { content: text, add_special: false, parse_special: false }),
  request({ endpoint, model, configured }, { prompt, params, maxTokens }) {
    return {
      endpoint: atRoot(endpoint),
      path: '/completion',
      body: {
        ...parametersOf(params, maxTokens),
        ...configured,
        model,
        prompt,
        stream: true,
        return_tokens: true,
        cache_prompt: true,
      },
    };
  },
  createReader(endpoint, wrote) {
    let predicted = 0;
    return ({ data }) => {
      const event = completion.safeParse(parseJson(data)).data;
      if (!event)
        throw failure(
          endpoint,
          'failed',
          'sent an event that is not a completion. Check what answers there.',
        );
      if (event.error != null) throw reportedFailure(endpoint, wireError(event.error));
      const { content, tokens, tokens_predicted: count, stop, stop_type: word = 'none' } = event;
      if (content !== '' && !stop) {
        // A character of several tokens comes with the last one alone; the others are only missing in the count.
        const whole =
          count === undefined ? /^\p{ASCII}*$/u.test(content) : count - predicted === tokens.length;
        wrote(content, whole ? tokens : []);
        predicted = count ?? predicted;
      }
      if (!stop) return { events: textEvents(content) };
      const usage = { promptTokens: event.tokens_evaluated ?? 0, completionTokens: count ?? 0 };
      return {
        events: [...textEvents(content), { type: 'usage', usage }],
        finish: finishOf(endpoint, word, Object.hasOwn(finishes, word) ? finishes[word] : undefined),
        end: true,
      };
    };
  },
};

function textEvents(text: string) {
  return text === '' ? [] : [{ type: 'text-delta' as const, text }];
}

/** `/completion` has its own word for the length; the others are OpenAI's. */
function parametersOf(
  { temperature, topP, seed, extra = {} }: GenerationParams,
  maxTokens: number | undefined,
) {
  const { stop: _stop, response_format: _format, ...others } = extra;
  return {
    ...others,
    ...(maxTokens !== undefined && { n_predict: maxTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(seed !== undefined && { seed }),
  };
}
