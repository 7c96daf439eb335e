import type { UpstreamEvent } from '@stream-aligner/core';
import { type ChatChunk, finishReasonOf, parseChatChunk } from '../wire/chat-chunk.ts';
import { createSseDecoder } from '../wire/sse-decode.ts';
import type { Endpoint } from './endpoint.ts';
import { failure, reportedFailure } from './failures.ts';
import { openReply } from './open-reply.ts';

/**
 * Posts `body` and gives what the server writes, `finish` last. Aborting `signal` or leaving the iterator closes the
 * connection at once. Throws the signal's reason when aborted, else a `StreamAlignerError`; a stream that ends without
 * a finish reason is one of them.
 */
export async function* streamCompletion(
  endpoint: Endpoint,
  request: { path: string; body: unknown; signal: AbortSignal },
): AsyncGenerator<UpstreamEvent, void, void> {
  const reply = await openReply(endpoint, request);
  let finish: UpstreamEvent | undefined;
  try {
    for await (const data of messages(endpoint, reply.bytes())) {
      // What arrived before the abort, but was not read yet, is not wanted any more either.
      request.signal.throwIfAborted();
      const chunk = readChunk(endpoint, data);
      yield* eventsOf(chunk);
      if (chunk.finishReason === undefined) continue;
      finish = finishEvent(endpoint, chunk.finishReason);
      // The usage may still come, but it is not worth a failure if it does not.
      reply.complete();
    }
    if (!finish) {
      const what =
        'ended its answer without saying that it was finished. It, or a proxy before it, cut the connection.';
      throw failure(endpoint, 'truncated', what);
    }
    yield finish;
  } finally {
    await reply.close();
  }
}

/** The data of every event up to `[DONE]` or the end of the bytes. */
async function* messages(endpoint: Endpoint, stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = createSseDecoder();
  for await (const bytes of stream) {
    for (const { data } of decode(endpoint, decoder, bytes)) {
      if (data.trim() === '[DONE]') return;
      yield data;
    }
  }
}

function decode(endpoint: Endpoint, decoder: ReturnType<typeof createSseDecoder>, bytes: Uint8Array) {
  try {
    return decoder.push(bytes);
  } catch (cause) {
    throw failure(endpoint, 'failed', 'sent an event too long to be one. Check what answers there.', {
      cause,
    });
  }
}

function readChunk(endpoint: Endpoint, data: string): ChatChunk {
  const parsed = parseChatChunk(data);
  if (parsed.kind === 'chunk') return checked(endpoint, parsed.chunk);
  if (parsed.kind === 'error') throw reportedFailure(endpoint, parsed.error);
  throw failure(endpoint, 'failed', 'sent an event that is not a chat chunk. Check what answers there.');
}

/** Refuses what we can neither pass on nor leave out in silence. */
function checked(endpoint: Endpoint, chunk: ChatChunk): ChatChunk {
  if (chunk.legacyCall) {
    const what =
      'answered with a legacy `function_call`, which is not supported. Offer it `tools` in place of `functions`.';
    throw failure(endpoint, 'rejected', what);
  }
  if (chunk.refusal && endpoint.party === 'aligner') {
    throw failure(endpoint, 'failed', 'refused to judge a sentence. Use a model that does not.');
  }
  return chunk;
}

/**
 * A refusal is answer text like any other: the client reads it, so the aligner judges it, and the next prefix holds it.
 */
function eventsOf({ text, refusal, reasoning, toolCalls, usage }: ChatChunk): UpstreamEvent[] {
  return [
    ...(reasoning ? [{ type: 'reasoning-delta' as const, text: reasoning }] : []),
    ...(text ? [{ type: 'text-delta' as const, text }] : []),
    ...(refusal ? [{ type: 'text-delta' as const, text: refusal }] : []),
    ...toolCalls.map((delta) => ({ type: 'tool-call-delta' as const, delta })),
    ...(usage ? [{ type: 'usage' as const, usage }] : []),
  ];
}

function finishEvent(endpoint: Endpoint, word: string): UpstreamEvent {
  const reason = finishReasonOf(word);
  if (reason) return { type: 'finish', reason };
  const named = /^[\w-]{1,32}$/.test(word) ? ` ("${word}")` : '';
  throw failure(
    endpoint,
    'failed',
    `ended its answer for a reason that is not a good end${named}. Its own log says more.`,
  );
}
