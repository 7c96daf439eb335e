import type { GenerationParams } from '@stream-aligner/core';
import { createChatReader } from '../http/chat-events.ts';
import type { Endpoint } from '../http/endpoint.ts';
import type { EventReader } from '../http/stream-reply.ts';
import { type ParameterWords, requestBody } from './request-body.ts';

/** One continuation to be asked for. */
export interface DialectRequest {
  model: string;
  params: GenerationParams;
  /** What is left of the answer's budget. */
  maxTokens: number | undefined;
  /** Fields that the configuration adds to every request. */
  configured: Record<string, unknown> | undefined;
  /** What the strategy says: the path and the fields that carry the conversation. */
  path: string;
  conversation: Record<string, unknown>;
}

/** How a server is spoken to: what is posted, and what its events mean. */
export interface Dialect {
  request(request: DialectRequest): { path: string; body: Record<string, unknown> };
  createReader(endpoint: Endpoint): EventReader;
}

/** Raw completions end after 16 tokens unless they are told otherwise; chats end by themselves. */
const COMPLETION_TOKENS = 1024;

/** OpenAI's chat and completions, in a server's own words for the parameters. */
export function openaiDialect(words: ParameterWords = {}): Dialect {
  return {
    request: ({ path, configured, ...request }) => ({
      path,
      body: requestBody({
        ...request,
        configured: path === '/completions' ? { max_tokens: COMPLETION_TOKENS, ...configured } : configured,
        words,
      }),
    }),
    createReader: createChatReader,
  };
}
