import type { ChatMessage, GenerationParams } from '@stream-aligner/core';
import * as z from 'zod';
import { atRoot, type Endpoint } from '../../http/endpoint.ts';
import { failure } from '../../http/failures.ts';
import { postJson } from '../../http/post-json.ts';
import type { EventReader } from '../../http/stream-reply.ts';

/** What every call of a route may need. */
export interface RouteContext {
  endpoint: Endpoint;
  model: string;
  configured: Record<string, unknown>;
  signal: AbortSignal;
}

/** A continuation as tokens: the conversation as the server rendered it, and the answer so far. */
export interface TokenRequest {
  prompt: readonly number[];
  params: GenerationParams;
  maxTokens: number | undefined;
  /** What {@link TokenRoute.render} found out about the context. */
  window: number | undefined;
}

/** A text as token ids. */
export interface Tokenized {
  ids: number[];
  /** Tokens of the model's context, where the server says so. */
  window?: number;
}

/** How one kind of server takes and gives token ids. */
export interface TokenRoute {
  /** Has the server render the conversation with its own template, once an answer. */
  render(context: RouteContext, messages: readonly ChatMessage[]): Promise<Tokenized>;
  /** The ids of a text of the answer, in which nothing stands for a special token. */
  tokenize(context: RouteContext, text: string): Promise<Tokenized>;
  request(
    context: RouteContext,
    request: TokenRequest,
  ): { endpoint: Endpoint; path: string; body: Record<string, unknown> };
  /** `wrote` hears of every text, often '', with the ids of the tokens that came with it. */
  createReader(endpoint: Endpoint, wrote: (text: string, ids: readonly number[]) => void): EventReader;
}

const tokenized = z.looseObject({ tokens: z.array(z.int()), max_model_len: z.int().nullish() });

/** Posts to `/tokenize`, which both servers have, each with fields of its own. */
export async function postTokenize(
  { endpoint, model, signal }: RouteContext,
  fields: Record<string, unknown>,
): Promise<Tokenized> {
  const reply = await postJson(atRoot(endpoint), { path: '/tokenize', body: { model, ...fields }, signal });
  const { data } = tokenized.safeParse(reply);
  if (data) return { ids: data.tokens, ...(data.max_model_len != null && { window: data.max_model_len }) };
  throw failure(endpoint, 'failed', 'sent no token ids for a text. Set `continuation: flags`.');
}
