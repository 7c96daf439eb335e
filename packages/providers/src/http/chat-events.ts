import type { FinishReason, UpstreamEvent } from '@stream-aligner/core';
import { type ChatChunk, finishReasonOf, parseChatChunk } from '../wire/chat-chunk.ts';
import { createCallNumbers } from './call-numbers.ts';
import type { Endpoint } from './endpoint.ts';
import { failure, reportedFailure } from './failures.ts';
import type { EventReader } from './stream-reply.ts';

/** Reads the events of a chat or completions stream in OpenAI's words, whatever the server's accent. */
export function createChatReader(endpoint: Endpoint): EventReader {
  const numbered = createCallNumbers();
  return ({ data }) => {
    if (data.trim() === '[DONE]') return { events: [], end: true };
    const chunk = readChunk(endpoint, data);
    const { finishReason } = chunk;
    return {
      events: eventsOf({ ...chunk, toolCalls: chunk.toolCalls.map(numbered) }),
      ...(finishReason !== undefined && {
        finish: finishOf(endpoint, finishReason, finishReasonOf(finishReason)),
      }),
    };
  };
}

/** The finish reason in our words; throws `failed` where the server's word is no good end. */
export function finishOf(endpoint: Endpoint, word: string, reason: FinishReason | undefined): FinishReason {
  if (reason) return reason;
  const named = /^[\w-]{1,32}$/.test(word) ? ` ("${word}")` : '';
  throw failure(
    endpoint,
    'failed',
    `ended its answer for a reason that is not a good end${named}. Its own log says more.`,
  );
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
    throw failure(endpoint, 'rejected', 'refused to judge a sentence. Use a model that does not.');
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
