import type { AlignEvent, Clock } from '@stream-aligner/core';
import { encodeSseComment } from '@stream-aligner/providers/wire';
import { type ChunkWriterOptions, createChunkWriter } from './chunk-writer.ts';
import { clientLeft } from './client-left.ts';
import { createCollector } from './collector.ts';
import { type Step, walk } from './steps.ts';

export interface ReplyOptions {
  events: AsyncGenerator<AlignEvent>;
  writer: ChunkWriterOptions;
  /** The answer's own switch: aborted when the client leaves. Its reason is told to a client that is still there. */
  controller: AbortController;
  clock: Clock;
  /** Longest silence of a stream; then a comment keeps the connection open. */
  heartbeatMs: number;
}

/** The whole answer in one reply. Throws what the answer failed with. */
export async function plainReply({ events, writer, controller, clock }: ReplyOptions): Promise<Response> {
  const collector = createCollector(writer);
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
 * `[DONE]`. Nothing is read ahead of the client.
 */
export async function streamedReply(options: ReplyOptions): Promise<Response> {
  const { events, controller, clock, heartbeatMs } = options;
  const writer = createChunkWriter(options.writer);
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
