import type { AlignEvent, Clock } from '@stream-aligner/core';
import { encodeSseComment } from '@stream-aligner/providers/wire';
import { clientLeft } from './client-left.ts';
import type { FailedEvent, FinishedEvent } from './events.ts';
import { type Step, walk } from './steps.ts';

/** Writes the events of one answer as the server-sent events of an API. */
export interface ReplyWriter {
  /** What one event comes to on the wire; '' when a client is told nothing of it. */
  frames(event: Exclude<AlignEvent, FailedEvent>): string;
  /** The last event of an answer that failed: an error, and nothing that could be taken for a good end. */
  failure(error: unknown, event?: AlignEvent): string;
}

/** Collects the events of one answer into a plain reply: the same answer as the stream's. */
export interface ReplyCollector {
  /** Takes every event, the last one included. */
  add(event: Exclude<AlignEvent, FailedEvent>): void;
  reply(finished: FinishedEvent): unknown;
}

/** What answers look like in one API. */
export interface ReplyFace {
  writer(): ReplyWriter;
  collector(): ReplyCollector;
}

export interface ReplyOptions {
  events: AsyncGenerator<AlignEvent>;
  face: ReplyFace;
  /** The answer's own switch: aborted when the client leaves. Its reason is told to a client that is still there. */
  controller: AbortController;
  clock: Clock;
  /** Longest silence of a stream; then a comment keeps the connection open. */
  heartbeatMs: number;
}

/** The whole answer in one reply. Throws what the answer failed with. */
export async function plainReply({ events, face, controller, clock }: ReplyOptions): Promise<Response> {
  const collector = face.collector();
  const steps = walk(events, { clock, aborted: () => controller.signal.reason });
  try {
    for (;;) {
      const step = await steps.next();
      if (step.type === 'failed') throw step.error;
      if (step.type !== 'event') throw new TypeError('an answer ended without saying so');
      collector.add(step.event);
      if (step.event.type === 'answer-finished') return Response.json(collector.reply(step.event));
    }
  } finally {
    await steps.leave();
  }
}

/**
 * The answer as it comes. Until there is something to send (or a heartbeat is due) nothing is: a failure before that is
 * thrown, so that it gets a status of its own. After that it becomes the last event of the stream, which then has no
 * good end. Nothing is read ahead of the client.
 */
export async function streamedReply({
  events,
  face,
  controller,
  clock,
  heartbeatMs,
}: ReplyOptions): Promise<Response> {
  const writer = face.writer();
  const steps = walk(events, { clock, aborted: () => controller.signal.reason });
  const encoder = new TextEncoder();

  /** What goes out next, and whether it is the last. */
  async function nextText(): Promise<{ text: string; last: boolean; error?: unknown }> {
    for (;;) {
      const step: Step = await steps.next(heartbeatMs);
      if (step.type === 'quiet') return { text: encodeSseComment('keep-alive'), last: false };
      if (step.type === 'end') return { text: '', last: true };
      if (step.type === 'failed')
        return { text: writer.failure(step.error, step.event), last: true, error: step.error };
      const text = writer.frames(step.event);
      if (text !== '') return { text, last: step.event.type === 'answer-finished' };
    }
  }

  let first: Awaited<ReturnType<typeof nextText>> | undefined = await nextText();
  if (first.error !== undefined) {
    await steps.leave();
    throw first.error;
  }
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(stream) {
        const { text, last } = first ?? (await nextText());
        first = undefined;
        if (text !== '') stream.enqueue(encoder.encode(text));
        if (!last) return;
        await steps.leave();
        stream.close();
      },
      async cancel(reason) {
        controller.abort(clientLeft(reason));
        await steps.leave();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      // Proxies that compress or buffer would hold sentences back.
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    },
  });
}
