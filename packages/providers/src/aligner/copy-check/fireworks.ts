import * as z from 'zod';
import { decodeIds, inParallel } from './by-ids.ts';
import { askJson } from './ask-json.ts';
import { addUsage, type CopyAsk, type CopyCheck, unavailable } from './protocol.ts';
import { templateFields, tokenIds } from './template-fields.ts';

const utf8 = new TextEncoder();

const usage = z.looseObject({ prompt_tokens: z.int(), completion_tokens: z.int().default(0) });
const rendered = z.looseObject({
  prompt_token_ids: tokenIds,
  usage,
});
const tokenized = z.looseObject({
  choices: z.array(z.looseObject({ prompt_token_ids: tokenIds })).length(1),
  usage,
});
const row = z.looseObject({
  token: z.string(),
  bytes: z.array(z.int().min(0).max(255)).nullish(),
  token_id: z.int(),
  logprob: z.number().max(1e-3),
  top_logprobs: z.array(z.looseObject({ token_id: z.int() })).min(1),
});
const scored = z.looseObject({
  choices: z
    .array(
      z.looseObject({
        logprobs: z.looseObject({ content: z.array(z.unknown()) }),
        finish_reason: z.string().nullish(),
      }),
    )
    .length(1),
  usage,
});

/**
 * Fireworks: `echo_last` scores the end of a prompt. By documentation only, all of it. There is no way to tokenise but to
 * ask for one token with `return_token_ids`, so that each draft costs three short requests, of which two run at once.
 */
export const fireworksCheck: CopyCheck = {
  decoding: () => ({ temperature: 0 }),
  async score(ask) {
    const [prompt, alone] = await inParallel(ask, (linked) => [render(linked), tokenize(linked)]);
    // Text is given the token that begins every sequence; within the prompt it has no place.
    const copy = alone.ids[0] === prompt.ids[0] ? alone.ids.slice(1) : alone.ids;
    if (copy.length === 0) return undefined;
    const ids = [...prompt.ids, ...copy];
    const { choices, usage: cost } = await askJson(ask.endpoint, {
      path: '/completions',
      body: {
        ...completionOf(ask, ids),
        max_tokens: 1,
        echo_last: copy.length,
        logprobs: true,
        top_logprobs: 1,
        stream: false,
      },
      schema: scored,
      signal: ask.signal,
    });
    const [choice] = choices;
    const rows = copy.map((id, index) => {
      const { data } = row.safeParse(choice?.logprobs.content[index]);
      if (data?.token_id !== id) throw unavailable(ask.endpoint, 'left tokens unscored');
      const bytes = data.bytes ?? [...utf8.encode(data.token)];
      return { bytes, isTop: data.top_logprobs[0]?.token_id === id, logprob: data.logprob };
    });
    const textOf = (count: number) =>
      new TextDecoder().decode(Uint8Array.from(rows.slice(0, count).flatMap(({ bytes }) => bytes)));
    if (textOf(rows.length).trim() !== ask.copy.trim()) return undefined;
    return {
      rows,
      ends: choice?.finish_reason === 'stop',
      usage: [prompt.usage, alone.usage].reduce(addUsage, usageOf(cost)),
      resume: {
        textOf: async (count) => textOf(count),
        decode: (count) =>
          decodeIds(
            ask,
            completionOf(ask, ids.slice(0, prompt.ids.length + count)),
            Math.max(1, ask.maxTokens - count),
          ),
      },
    };
  },
};

/** The ids of the rendered conversation, open for the model's reply. */
async function render({ endpoint, model, body, messages, signal }: CopyAsk) {
  const reply = await askJson(endpoint, {
    path: '/chat/completions',
    body: {
      ...templateFields(body),
      model,
      messages,
      max_tokens: 1,
      temperature: 0,
      return_token_ids: true,
      stream: false,
    },
    schema: rendered,
    signal,
  });
  return { ids: reply.prompt_token_ids, usage: usageOf(reply.usage) };
}

/** The ids of the copy by itself: the model may cut it otherwise, and is then decoded from where it does. */
async function tokenize(ask: CopyAsk) {
  const { choices, usage: cost } = await askJson(ask.endpoint, {
    path: '/completions',
    body: { ...completionOf(ask, ask.copy), max_tokens: 1, return_token_ids: true, stream: false },
    schema: tokenized,
    signal: ask.signal,
  });
  return { ids: choices[0]?.prompt_token_ids ?? [], usage: usageOf(cost) };
}

function completionOf({ model }: CopyAsk, prompt: readonly number[] | string) {
  return { model, prompt, temperature: 0 };
}

function usageOf({ prompt_tokens, completion_tokens }: z.infer<typeof usage>) {
  return { promptTokens: prompt_tokens, completionTokens: completion_tokens };
}
