import type { FinishReason, UpstreamEvent } from '@stream-aligner/core';
import { createSseDecoder, type SseEvent } from '../wire/sse-decode.ts';
import type { Endpoint } from './endpoint.ts';
import { failure } from './failures.ts';
import { openReply, type PostRequest } from './open-reply.ts';

/** What one event of a server's stream says. */
export interface ReadEvent {
  events: UpstreamEvent[];
  /** The answer ended well; usage may still follow. */
  finish?: FinishReason;
  /** Nothing follows. */
  end?: true;
}

/** Reads one server's events, in order. Throws a `StreamAlignerError` for a report of failure, and for garbage. */
export type EventReader = (event: SseEvent) => ReadEvent;

/**
 * Posts `body` and gives what the server writes, `finish` last. Aborting `signal` or leaving the iterator closes the
 * connection at once. Throws the signal's reason when aborted, else a `StreamAlignerError`; a stream that ends without
 * a finish reason is one of them.
 */
export async function* streamReply(
  endpoint: Endpoint,
  request: PostRequest,
  read: EventReader,
): AsyncGenerator<UpstreamEvent, void, void> {
  const reply = await openReply(endpoint, request);
  let finish: FinishReason | undefined;
  try {
    for await (const event of messages(endpoint, reply.bytes())) {
      // What arrived before the abort, but was not read yet, is not wanted any more either.
      request.signal.throwIfAborted();
      const said = read(event);
      yield* said.events;
      if (said.finish !== undefined) {
        finish = said.finish;
        // The usage may still come, but it is not worth a failure if it does not.
        reply.complete();
      }
      if (said.end) break;
    }
    if (finish === undefined) {
      const what =
        'ended its answer without saying that it was finished. It, or a proxy before it, cut the connection.';
      throw failure(endpoint, 'truncated', what);
    }
    yield { type: 'finish', reason: finish };
  } finally {
    await reply.close();
  }
}

async function* messages(endpoint: Endpoint, stream: AsyncIterable<Uint8Array>): AsyncGenerator<SseEvent> {
  const decoder = createSseDecoder();
  for await (const bytes of stream) yield* decode(endpoint, decoder, bytes);
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
