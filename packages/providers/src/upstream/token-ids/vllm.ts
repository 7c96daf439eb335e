import * as z from 'zod';
import { createChatReader } from '../../http/chat-events.ts';
import { parseJson } from '../../wire/chat-chunk.ts';
import { requestBody } from '../request-body.ts';
import { postTokenize, type TokenRoute } from './route.ts';

const chunk = z.looseObject({
  choices: z
    .array(z.looseObject({ text: z.string().nullish(), token_ids: z.array(z.int()).nullish() }))
    .nullish(),
});

/** vLLM: `/tokenize` for the conversation once and for each rewritten text, then `/v1/completions` with ids alone. */
export const vllmTokens: TokenRoute = {
  render: (context, messages) =>
    postTokenize(context, { ...templateFields(context.configured), messages, add_generation_prompt: true }),
  tokenize: (context, text) => postTokenize(context, { prompt: text, add_special_tokens: false }),
  request({ endpoint, model, configured }, { prompt, params, maxTokens, window }) {
    const { chat_template_kwargs: _kwargs, ...others } = configured;
    // Completions stop after 16 tokens unless they are told otherwise.
    const room = window === undefined ? undefined : Math.max(1, window - prompt.length);
    const conversation = {
      prompt,
      add_special_tokens: false,
      return_token_ids: true,
    };
    return {
      endpoint,
      path: '/completions',
      body: requestBody({ model, params, maxTokens: maxTokens ?? room, configured: others, conversation }),
    };
  },
  createReader(endpoint, wrote) {
    const read = createChatReader(endpoint);
    return (event) => {
      const said = read(event);
      const first = chunk.safeParse(parseJson(event.data)).data?.choices?.[0];
      if (first) wrote(first.text ?? '', first.token_ids ?? []);
      return said;
    };
  },
};

function templateFields({ chat_template_kwargs: kwargs }: Record<string, unknown>) {
  return kwargs === undefined ? {} : { chat_template_kwargs: kwargs };
}
