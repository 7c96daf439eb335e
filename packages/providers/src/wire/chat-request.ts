import type { ChatMessage, GenerationParams } from '@stream-aligner/core';
import * as z from 'zod';
import { checkRequest } from './invalid-request.ts';

const contentPart = z
  .looseObject({ type: z.string() })
  .refine((part) => part.type !== 'text' || typeof part['text'] === 'string', {
    error: 'a part of type "text" needs a string `text`',
    path: ['text'],
  });

const message = z
  .looseObject({
    role: z.enum(['system', 'developer', 'user', 'assistant', 'tool'], {
      error: 'expected one of "system", "developer", "user", "assistant", "tool"',
    }),
    content: z
      .union([z.string(), z.array(contentPart), z.null()], {
        error: 'expected a string or an array of content parts',
      })
      .default(null),
  })
  .refine(({ role, content }) => content !== null || role === 'assistant', {
    error: 'only a message of role "assistant" may have no content',
    path: ['content'],
  });

const tokens = z.int().min(1).nullish();

/** What we read of `POST /v1/chat/completions`. Everything else is kept as it came. */
const chatRequest = z.looseObject({
  model: z.string().min(1),
  messages: z.array(message).min(1, { error: 'expected at least one message' }),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: tokens,
  max_completion_tokens: tokens,
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  seed: z.int().nullish(),
  stop: z
    .union([z.string().min(1), z.array(z.string().min(1))], {
      error: 'expected a string or an array of strings, none empty',
    })
    .nullish(),
  n: z.int().min(1).nullish(),
  logprobs: z.boolean().nullish(),
});

/** A checked chat request in OpenAI's words; fields that we do not read are still in it. */
export type ChatRequest = z.infer<typeof chatRequest>;

/**
 * Checks a parsed JSON body. Throws `invalid-request`, whose message names the path of every mistake and whose
 * `details.param` is the first one; values are never repeated.
 */
export function parseChatRequest(body: unknown): ChatRequest {
  return checkRequest(chatRequest, body);
}

/** A chat request cut into what the correction loop takes and what only the server that answers it needs. */
export interface ChatRequestParts {
  model: string;
  messages: ChatMessage[];
  params: GenerationParams;
  stream: boolean;
  includeUsage: boolean;
}

/** Sorts a checked request. Fields in `own` (the gateway's own) and those read here do not travel in `params.extra`. */
export function splitChatRequest(request: ChatRequest, own: readonly string[] = []): ChatRequestParts {
  const { model, messages, stream, stream_options, max_tokens, max_completion_tokens, ...others } = request;
  const { temperature, top_p, seed, stop, n: _n, ...rest } = others;
  const extra = Object.fromEntries(Object.entries(rest).filter(([key]) => !own.includes(key)));
  const maxTokens = max_completion_tokens ?? max_tokens;
  const params: GenerationParams = {
    ...(maxTokens != null && { maxTokens }),
    ...(stop != null && { stop: typeof stop === 'string' ? [stop] : stop }),
    ...(temperature != null && { temperature }),
    ...(top_p != null && { topP: top_p }),
    ...(seed != null && { seed }),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
  return {
    model,
    messages,
    params,
    stream: stream ?? false,
    includeUsage: stream_options?.include_usage ?? false,
  };
}
