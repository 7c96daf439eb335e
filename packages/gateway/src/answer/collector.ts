import type { ToolCallDelta } from '@stream-aligner/core';
import type { ChatCompletionBody } from '@stream-aligner/providers/wire';
import type { ChunkWriterOptions } from './chunk-writer.ts';
import { type JsonEvent, jsonEvent } from '@stream-aligner/core';
import type { ReplyCollector } from './reply.ts';

type Message = ChatCompletionBody['choices'][number]['message'];
type ToolCall = NonNullable<Message['tool_calls']>[number];

/** Collects the events of one answer into a plain reply of OpenAI's chat API. */
export function createCollector({ id, created, model, trace, usage }: ChunkWriterOptions): ReplyCollector {
  const events: JsonEvent[] = [];
  const toolCalls = new Map<number, ToolCall>();
  let text = '';
  let reasoning = '';
  return {
    add(event) {
      text += event.sent;
      if (event.type === 'reasoning-delta') reasoning += event.text;
      if (event.type === 'tool-call-delta') addToolCall(toolCalls, event.delta);
      if (trace) events.push(jsonEvent(event));
    },
    reply(finished): ChatCompletionBody {
      const calls = [...toolCalls].sort(([a], [b]) => a - b).map(([, call]) => call);
      const message: Message = {
        role: 'assistant',
        content: text === '' && calls.length > 0 ? null : text,
        ...(reasoning !== '' && { reasoning_content: reasoning }),
        ...(calls.length > 0 && { tool_calls: calls }),
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

/** A server may leave out an index, or name a huge one. */
function addToolCall(calls: Map<number, ToolCall>, { index, id, function: fragment }: ToolCallDelta): void {
  const call = calls.get(index) ?? { id: '', type: 'function', function: { name: '', arguments: '' } };
  calls.set(index, {
    ...call,
    id: id ?? call.id,
    function: {
      name: call.function.name + (fragment?.name ?? ''),
      arguments: call.function.arguments + (fragment?.arguments ?? ''),
    },
  });
}
