import * as z from 'zod';
import { sendAbort } from '../../http/abort-request.ts';
import { atRoot } from '../../http/endpoint.ts';
import { failure } from '../../http/failures.ts';
import { badEnd } from '../read-reply.ts';
import { scoreByIds } from './by-ids.ts';
import { askJson } from './ask-json.ts';
import { type CopyAsk, type CopyCheck, type CopyRow, unavailable } from './protocol.ts';
import { templateFields, tokenIds } from './template-fields.ts';

const tokenized = z.looseObject({ tokens: tokenIds });
const detokenized = z.looseObject({ text: z.string() });
/** Log-probability, token id, and the token's text or nothing. */
const entry = z.tuple([z.number().max(1e-3), z.int()]).rest(z.unknown());
const generated = z.looseObject({
  text: z.string(),
  meta_info: z.looseObject({
    finish_reason: z.looseObject({ type: z.string(), matched: z.unknown().optional() }),
    prompt_tokens: z.int(),
    completion_tokens: z.int(),
    input_token_logprobs: z.array(z.unknown()).nullish(),
    input_top_logprobs: z.array(z.unknown()).nullish(),
    output_token_logprobs: z.array(z.unknown()).nullish(),
  }),
});
type Generated = z.infer<typeof generated>;

/**
 * SGLang: `/generate` scores the last tokens of a prompt and reuses what it has cached of the rest. By documentation and
 * source only: `/tokenize` with `messages` and `continue_final_message` (newer servers; older ones take only `prompt`
 * and refuse), the null entry at `logprob_start_len`, the triples of a row, and that closing a connection alone lets the
 * server go on for about two seconds.
 */
export const sglangCheck: CopyCheck = {
  begin(ask) {
    // The signal belongs to this draft: once it is judged, nothing aborts it any more.
    ask.signal.addEventListener('abort', () => sendAbort(atRoot(ask.endpoint), '/abort_request', ask.id), {
      once: true,
    });
  },
  // The scores are of the bare model, and many models come with a repetition penalty that would change what it writes.
  decoding: ({ id }) => ({ temperature: 0, repetition_penalty: 1, rid: id }),
  score: scoreByIds({
    async tokenize({ endpoint, model, body, messages, signal }, reply) {
      const { tokens } = await askJson(atRoot(endpoint), {
        path: '/tokenize',
        body: {
          ...templateFields(body),
          model,
          messages: reply === undefined ? messages : [...messages, { role: 'assistant', content: reply }],
          continue_final_message: reply !== undefined,
        },
        schema: tokenized,
        signal,
      });
      return tokens;
    },

    async detokenize({ endpoint, model, signal }, tokens) {
      const { text } = await askJson(atRoot(endpoint), {
        path: '/detokenize',
        body: { model, tokens, skip_special_tokens: false },
        schema: detokenized,
        signal,
      });
      return text;
    },

    async score(ask, { prompt, copy }) {
      const reply = await generate(ask, [...prompt, ...copy], {
        // SGLang looks at the bound before it looks for the end of the turn: with 1 it would never report that end.
        max_new_tokens: 2,
        scoring: { return_logprob: true, logprob_start_len: prompt.length - 1, top_logprobs_num: 1 },
      });
      const { input_token_logprobs: own, input_top_logprobs: top } = reply.meta_info;
      // The entry at the start is that of the prompt's last token, whose own scores lie before what was asked for.
      if (own?.length !== copy.length + 1 || top?.length !== own.length)
        throw unavailable(ask.endpoint, 'scored another number of tokens than it was sent');
      return {
        rows: copy.map((id, index) => readRow(ask, { id, own: own[index + 1], top: top[index + 1] })),
        ends: endsAtOnce(reply),
        usage: usageOf(reply),
      };
    },

    async decode(ask, ids, maxTokens) {
      const reply = await generate(ask, ids, { max_new_tokens: maxTokens });
      const { type } = reply.meta_info.finish_reason;
      if (!endsAtToken(reply)) throw badEnd(type === 'stop' ? 'error' : type, maxTokens);
      return { reply: reply.text, usage: usageOf(reply) };
    },
  }),
};

async function generate(
  { endpoint, id, signal }: CopyAsk,
  input_ids: readonly number[],
  { max_new_tokens, scoring }: { max_new_tokens: number; scoring?: Record<string, unknown> },
): Promise<Generated> {
  const reply = await askJson(atRoot(endpoint), {
    path: '/generate',
    body: {
      input_ids,
      sampling_params: { max_new_tokens, temperature: 0 },
      rid: id,
      stream: false,
      ...scoring,
    },
    schema: generated,
    signal,
  });
  if (reply.meta_info.finish_reason.type === 'abort')
    throw failure(endpoint, 'failed', 'gave up in the middle of its answer. Its own log says more.');
  return reply;
}

function readRow(
  { endpoint }: CopyAsk,
  { id, own, top }: { id: number; own: unknown; top: unknown },
): CopyRow {
  const scored = entry.safeParse(own).data;
  const best = z.array(entry).min(1).safeParse(top).data?.[0];
  if (!scored || !best || scored[1] !== id) throw unavailable(endpoint, 'left tokens unscored');
  return { isTop: best[1] === id, logprob: scored[0] };
}

/** A reply that the server ended for a text it found (it does so when the model's arithmetic fails) is no end. */
function endsAtToken({ meta_info: { finish_reason } }: Generated): boolean {
  return finish_reason.type === 'stop' && typeof finish_reason.matched === 'number';
}

function endsAtOnce(reply: Generated): boolean {
  const { finish_reason, output_token_logprobs } = reply.meta_info;
  const first = z.array(z.unknown()).safeParse(output_token_logprobs?.[0]).data;
  return endsAtToken(reply) && first?.[1] === finish_reason.matched;
}

function usageOf({ meta_info: { prompt_tokens, completion_tokens } }: Generated) {
  return { promptTokens: prompt_tokens, completionTokens: completion_tokens };
}
