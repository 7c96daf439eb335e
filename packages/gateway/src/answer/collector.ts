import type { AlignEvent, ToolCallDelta } from '@stream-aligner/core';
import type { ChatCompletionBody } from '@stream-aligner/providers/wire';
import type { ChunkWriterOptions } from './chunk-writer.ts';
import type { FinishedEvent } from './events.ts';
import { type JsonEvent, jsonEvent } from './json-event.ts';

type Message = ChatCompletionBody['choices'][number]['message'];
type ToolCall = NonNullable<Message['tool_calls']>[number];

/** Collects the events of one answer into a plain reply: the same answer as the stream's. */
export interface Collector {
  add(event: AlignEvent): void;
  reply(finished: FinishedEvent): ChatCompletionBody;
}

export function createCollector({ id, created, model, trace, usage }: ChunkWriterOptions): Collector {
  const events: JsonEvent[] = [];
  const toolCalls: ToolCall[] = [];
  let text = '';
  let reasoning = '';
  return {
    add(event) {
      text += event.sent;
      if (event.type === 'reasoning-delta') reasoning += event.text;
      if (event.type === 'tool-call-delta') addToolCall(toolCalls, event.delta);
      if (trace) events.push(jsonEvent(event));
    },
    reply(finished) {
      const message: Message = {
        role: 'assistant',
        content: text === '' && toolCalls.length > 0 ? null : text,
        ...(reasoning !== '' && { reasoning_content: reasoning }),
        // A server may leave out an index, which leaves a hole.
        ...(toolCalls.length > 0 && { tool_calls: toolCalls.filter(() => true) }),
      };
      return {
        id,
        object: 'chat.completion',
        created,
        model,
        choices: [{ index: 0, message, finish_reason: finished.reason }],
        usage: usage(finished),
        ...(trace && { stream_aligner: { events } }),
      };
    },
  };
}

function addToolCall(calls: ToolCall[], { index, id, function: fragment }: ToolCallDelta): void {
  const call = calls[index] ?? { id: '', type: 'function', function: { name: '', arguments: '' } };
  calls[index] = {
    ...call,
    id: id ?? call.id,
    function: {
      name: call.function.name + (fragment?.name ?? ''),
      arguments: call.function.arguments + (fragment?.arguments ?? ''),
    },
  };
}
