import type { AlignEvent } from '@stream-aligner/core';
import {
  type ChatChunkBody,
  encodeSseJson,
  errorEnvelope,
  SSE_DONE,
  type UsageBody,
} from '@stream-aligner/providers/wire';
import type { FinishedEvent } from './events.ts';
import { jsonEvent } from '@stream-aligner/core';
import type { ReplyWriter } from './reply.ts';

export interface ChunkWriterOptions {
  id: string;
  /** Unix time in seconds. */
  created: number;
  model: string;
  includeUsage: boolean;
  trace: boolean;
  usage(event: FinishedEvent): UsageBody;
}

type Choice = ChatChunkBody['choices'][number];

/** Writes the events of one answer as the server-sent events of OpenAI's chat API. */
export function createChunkWriter(options: ChunkWriterOptions): ReplyWriter {
  const { id, created, model, includeUsage, trace, usage } = options;
  let begun = false;

  function frame(fields: Partial<ChatChunkBody>): string {
    return encodeSseJson({
      id,
      object: 'chat.completion.chunk',
      created,
      model,
      choices: [],
      ...(includeUsage && { usage: null }),
      ...fields,
    });
  }

  /** The first chunk of an answer says whose turn it is, before anything else. */
  function opened(frames: string): string {
    if (begun) return frames;
    begun = true;
    return frame({ choices: [choice({ role: 'assistant', content: '' })] }) + frames;
  }

  return {
    frames(event) {
      const extra = trace ? traced(event) : {};
      const delta = deltaOf(event);
      if (event.type !== 'answer-finished') {
        if (!delta && !trace) return '';
        return opened(frame({ choices: [choice(delta ?? {})], ...extra }));
      }
      const rest = delta ? frame({ choices: [choice(delta)] }) : '';
      const finish = frame({ choices: [choice({}, event.reason)], ...extra });
      const counts = includeUsage ? frame({ usage: usage(event) }) : '';
      return opened(rest + finish + counts + SSE_DONE);
    },
    failure: (error, event) =>
      encodeSseJson({ ...errorEnvelope(error).body, ...(trace && event ? traced(event) : {}) }),
  };
}

function deltaOf(event: AlignEvent): Choice['delta'] | null {
  if (event.type === 'tool-call-delta') return { tool_calls: [event.delta] };
  if (event.type === 'reasoning-delta') return { reasoning_content: event.text };
  return event.sent === '' ? null : { content: event.sent };
}

function choice(delta: Choice['delta'], finish: Choice['finish_reason'] = null): Choice {
  return { index: 0, delta, finish_reason: finish };
}

function traced(event: AlignEvent) {
  return { stream_aligner: { events: [jsonEvent(event)] } };
}
