import type { FinishReason, Usage } from '@stream-aligner/core';
import * as z from 'zod';
import { finishOf } from '../../http/chat-events.ts';
import type { Endpoint } from '../../http/endpoint.ts';
import { failure, reportedFailure } from '../../http/failures.ts';
import type { EventReader, ReadEvent } from '../../http/stream-reply.ts';
import { parseJson, wireError } from '../../wire/chat-chunk.ts';

const count = z.number().nullish();
const usage = z
  .looseObject({
    input_tokens: count,
    cache_creation_input_tokens: count,
    cache_read_input_tokens: count,
    output_tokens: count,
  })
  .nullish();

const anthropicEvent = z.looseObject({
  type: z.string(),
  index: z.number().optional(),
  error: z.unknown().optional(),
  message: z.looseObject({ usage }).optional(),
  content_block: z
    .looseObject({
      type: z.string(),
      id: z.string().optional(),
      name: z.string().optional(),
      text: z.string().optional(),
    })
    .optional(),
  delta: z
    .looseObject({
      text: z.string().optional(),
      thinking: z.string().optional(),
      partial_json: z.string().optional(),
      stop_reason: z.string().nullish(),
    })
    .optional(),
  usage,
});
type AnthropicEvent = z.infer<typeof anthropicEvent>;

const stopReasons: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
};

/** Reads the named events of Anthropic's Messages API. `message_stop` ends the stream; there is no `[DONE]`. */
export function createAnthropicReader(endpoint: Endpoint): EventReader {
  /** The running number of each tool call, by the number of its content block. */
  const calls = new Map<number, number>();
  const counted: Usage = { promptTokens: 0, completionTokens: 0 };
  return ({ data }) => {
    const event = anthropicEvent.safeParse(parseJson(data)).data;
    if (!event)
      throw failure(
        endpoint,
        'failed',
        'sent an event that is not one of Anthropic’s. Check what answers there.',
      );
    switch (event.type) {
      case 'error':
        throw reportedFailure(endpoint, wireError(event.error));
      case 'message_start':
        note(event.message?.usage);
        return nothing();
      case 'content_block_start':
        return startBlock(event);
      case 'content_block_delta':
        return blockDelta(event);
      case 'message_delta':
        return endMessage(event);
      case 'message_stop':
        return { events: [], end: true };
      default:
        // `ping`, `content_block_stop`, and whatever else may come: by its documentation, new events may.
        return nothing();
    }
  };

  function startBlock({ index = 0, content_block: block }: AnthropicEvent): ReadEvent {
    if (block?.type === 'text' && block.text) return { events: [{ type: 'text-delta', text: block.text }] };
    if (block?.type !== 'tool_use') return nothing();
    const call = calls.size;
    calls.set(index, call);
    const { id, name } = block;
    const called = { ...(name !== undefined && { name }), arguments: '' };
    return {
      events: [
        {
          type: 'tool-call-delta',
          delta: { index: call, ...(id !== undefined && { id }), type: 'function', function: called },
        },
      ],
    };
  }

  function blockDelta({ index = 0, delta }: AnthropicEvent): ReadEvent {
    if (delta?.text) return { events: [{ type: 'text-delta', text: delta.text }] };
    if (delta?.thinking) return { events: [{ type: 'reasoning-delta', text: delta.thinking }] };
    const call = calls.get(index);
    // A tool of the server's own runs there: its input is not a call for the client.
    if (!delta?.partial_json || call === undefined) return nothing();
    const piece = { index: call, function: { arguments: delta.partial_json } };
    return { events: [{ type: 'tool-call-delta', delta: piece }] };
  }

  function endMessage({ delta, usage: last }: AnthropicEvent): ReadEvent {
    note(last);
    const word = delta?.stop_reason;
    if (word == null) return nothing();
    const finish = finishOf(endpoint, word, Object.hasOwn(stopReasons, word) ? stopReasons[word] : undefined);
    return { events: [{ type: 'usage', usage: { ...counted } }], finish };
  }

  function note(said: AnthropicEvent['usage']): void {
    if (!said) return;
    const read = [said.input_tokens, said.cache_creation_input_tokens, said.cache_read_input_tokens];
    if (said.input_tokens != null)
      counted.promptTokens = read.reduce<number>((sum, part) => sum + (part ?? 0), 0);
    if (said.output_tokens != null) counted.completionTokens = said.output_tokens;
  }
}

function nothing(): ReadEvent {
  return { events: [] };
}
