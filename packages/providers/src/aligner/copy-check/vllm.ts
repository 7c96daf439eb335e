import * as z from 'zod';
import { atRoot } from '../../http/endpoint.ts';
import { decodeIds, scoreByIds } from './by-ids.ts';
import { askJson } from './ask-json.ts';
import { type CopyAsk, type CopyCheck, type CopyRow, unavailable } from './protocol.ts';
import { templateFields, tokenIds } from './template-fields.ts';

const tokenized = z.looseObject({ tokens: tokenIds });
const detokenized = z.looseObject({ prompt: z.string() });
const row = z.looseObject({ logprob: z.number().max(1e-3), rank: z.int().min(1) });
const completion = z.looseObject({
  choices: z
    .array(
      z.looseObject({
        prompt_logprobs: z.array(z.record(z.string(), z.unknown()).nullable()),
        finish_reason: z.string(),
      }),
    )
    .length(1),
  usage: z.looseObject({ prompt_tokens: z.int(), completion_tokens: z.int() }),
});

/** The scores are of the bare model, and many models come with a repetition penalty that would change what it writes. */
const AS_SCORED = { temperature: 0, repetition_penalty: 1 };

/**
 * vLLM: `prompt_logprobs: 0` gives the rank of every prompt token. `/tokenize` and `/detokenize` stand at the server's
 * root, `/v1/completions` takes the ids.
 */
export const vllmCheck: CopyCheck = {
  decoding: () => AS_SCORED,
  score: scoreByIds({
    async tokenize({ endpoint, model, body, messages, signal }, reply) {
      const isOpen = reply !== undefined;
      const { tokens } = await askJson(atRoot(endpoint), {
        path: '/tokenize',
        body: {
          ...templateFields(body),
          model,
          messages: isOpen ? [...messages, { role: 'assistant', content: reply }] : messages,
          add_generation_prompt: !isOpen,
          continue_final_message: isOpen,
        },
        schema: tokenized,
        signal,
      });
      return tokens;
    },

    async detokenize({ endpoint, model, signal }, tokens) {
      const { prompt } = await askJson(atRoot(endpoint), {
        path: '/detokenize',
        body: { model, tokens },
        schema: detokenized,
        signal,
      });
      return prompt;
    },

    async score(ask, { prompt, copy }) {
      const { endpoint, signal } = ask;
      const { choices, usage } = await askJson(endpoint, {
        path: '/completions',
        body: {
          ...completionOf(ask, [...prompt, ...copy]),
          max_tokens: 1,
          prompt_logprobs: 0,
          stream: false,
        },
        schema: completion,
        signal,
      });
      const [choice] = choices;
      const scored = choice?.prompt_logprobs ?? [];
      if (scored.length !== prompt.length + copy.length)
        throw unavailable(endpoint, 'scored another number of tokens than it was sent');
      return {
        rows: copy.map((id, index) => readRow(ask, scored[prompt.length + index]?.[id])),
        // vLLM looks for the end of the turn before it looks at `max_tokens`.
        ends: choice?.finish_reason === 'stop',
        usage: { promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens },
      };
    },

    decode: (ask, ids, maxTokens) => decodeIds(ask, completionOf(ask, ids), maxTokens),
  }),
};

function completionOf({ model }: CopyAsk, prompt: readonly number[]) {
  // The template has written the special tokens already.
  return { ...AS_SCORED, model, prompt, add_special_tokens: false };
}

function readRow({ endpoint }: CopyAsk, scored: unknown): CopyRow {
  const { data } = row.safeParse(scored);
  if (!data) throw unavailable(endpoint, 'left tokens unscored');
  return { isTop: data.rank === 1, logprob: data.logprob };
}
