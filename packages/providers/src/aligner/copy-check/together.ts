import * as z from 'zod';
import { askJson } from './ask-json.ts';
import { type CopyCheck, unavailable } from './protocol.ts';
import { templateFields } from './template-fields.ts';

const echoed = z.looseObject({
  prompt: z
    .array(
      z.looseObject({
        logprobs: z.looseObject({
          tokens: z.array(z.string()),
          token_logprobs: z.array(z.number().max(1e-3).nullable()),
        }),
      }),
    )
    .length(1),
  choices: z.array(z.looseObject({ finish_reason: z.string().nullish() })).length(1),
  usage: z.looseObject({ prompt_tokens: z.int(), completion_tokens: z.int() }),
});

/** What is more likely than everything else together needs no rank to be the first. */
const CERTAINLY_TOP = Math.log(0.5);

/**
 * Together: `echo` with `logprobs` scores the whole prompt, and a trailing assistant message is continued by some models.
 * By documentation only, all of it. There are no ranks, so that only tokens of a probability above one half are known to
 * be the model's own, and no ids to go on from: every other draft is decoded from its start.
 */
export const togetherCheck: CopyCheck = {
  decoding: () => ({ temperature: 0 }),
  async score({ endpoint, model, body, messages, copy, signal }) {
    const { prompt, choices, usage } = await askJson(endpoint, {
      path: '/chat/completions',
      body: {
        ...templateFields(body),
        model,
        messages: [...messages, { role: 'assistant', content: copy }],
        max_tokens: 1,
        temperature: 0,
        echo: true,
        logprobs: 1,
        stream: false,
      },
      schema: echoed,
      signal,
    });
    const { tokens, token_logprobs } = prompt[0]?.logprobs ?? { tokens: [], token_logprobs: [] };
    if (tokens.length !== token_logprobs.length) throw unavailable(endpoint, 'left tokens unscored');
    if (!tokens.join('').endsWith(copy))
      throw unavailable(endpoint, 'does not continue an answer with this model');
    const from = startOf(tokens, copy);
    if (from === undefined) return undefined;
    return {
      rows: token_logprobs.slice(from).map((logprob) => {
        if (logprob === null) throw unavailable(endpoint, 'left tokens unscored');
        return { isTop: logprob > CERTAINLY_TOP, logprob };
      }),
      ends: choices[0]?.finish_reason === 'stop' || choices[0]?.finish_reason === 'eos',
      usage: { promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens },
    };
  },
};

/** The first of the tokens that the copy ends with; undefined when it begins within one. */
function startOf(tokens: readonly string[], copy: string): number | undefined {
  let left = copy.length;
  let at = tokens.length;
  while (left > 0 && at > 0) {
    at -= 1;
    left -= tokens[at]?.length ?? 0;
  }
  return left === 0 ? at : undefined;
}
