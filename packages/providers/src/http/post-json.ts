import { parseJson } from '../wire/chat-chunk.ts';
import type { Endpoint } from './endpoint.ts';
import { failure } from './failures.ts';
import { openReply, type PostRequest } from './open-reply.ts';

const LONGEST_REPLY = 64 * 1024 * 1024;

/** Posts JSON and gives the parsed JSON of a successful reply; throws as an event stream's request does. */
export async function postJson(endpoint: Endpoint, request: PostRequest): Promise<unknown> {
  const reply = await openReply(endpoint, { ...request, plain: true });
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const bytes of reply.bytes()) {
      request.signal.throwIfAborted();
      text += decoder.decode(bytes, { stream: true });
      if (text.length > LONGEST_REPLY) {
        throw failure(endpoint, 'failed', 'sent a reply too long to be one. Check what answers there.');
      }
    }
    reply.complete();
  } finally {
    await reply.close();
  }
  const value = parseJson(text);
  if (value === undefined)
    throw failure(endpoint, 'failed', 'sent a reply that is not JSON. Check what answers there.', {
      details: { reply: 'not-json' },
    });
  return value;
}
