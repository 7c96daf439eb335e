import type { UpstreamEvent } from '@stream-aligner/core';
import { createChatReader } from './chat-events.ts';
import type { Endpoint } from './endpoint.ts';
import type { PostRequest } from './open-reply.ts';
import { streamReply } from './stream-reply.ts';

/** {@link streamReply} for a server that speaks OpenAI's chat or completions. */
export function streamCompletion(
  endpoint: Endpoint,
  request: PostRequest,
): AsyncGenerator<UpstreamEvent, void, void> {
  return streamReply(endpoint, request, createChatReader(endpoint));
}
