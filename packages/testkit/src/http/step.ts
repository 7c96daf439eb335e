import type { CompletionRequest } from './request.ts';

/** An event that the server sends. */
export interface SendStep {
  do: 'send';
  data: string;
  /** The answer text that the event carries. */
  text?: string;
  /** The finish reason that the event carries. */
  finish?: string;
  /** The event's name. Default: none. */
  event?: string;
  /** `drip`: byte by byte, with gaps; `half`: only the first half, up to the middle of a character. */
  how?: 'drip' | 'half';
}

/** One thing that the server does to a stream. */
export type Step =
  | SendStep
  /** The event again and again, until the client leaves. */
  | { do: 'repeat'; data: string; text: string }
  /** A comment that never ends. */
  | { do: 'loris' }
  /** Destroys the connection, or every connection and the server. */
  | { do: 'reset' }
  | { do: 'die' }
  | { do: 'stall' };

/** Writes the chunks of one reply. */
export type Chunk = ReturnType<typeof chunkOf>;

export function chunkOf({ model, raw }: CompletionRequest) {
  const head = {
    id: 'scripted-1',
    object: raw ? 'text_completion' : 'chat.completion.chunk',
    created: 1,
    model,
  };
  return (
    delta: { content?: string | null; [field: string]: unknown },
    finish_reason: string | null = null,
  ) => ({
    ...head,
    choices: [
      raw ? { index: 0, text: delta.content ?? '', finish_reason } : { index: 0, delta, finish_reason },
    ],
  });
}

/** An error as OpenAI words it. */
export function errorBody(message: string, type = 'server_error') {
  return { message, type, param: null, code: null };
}

export function send(value: unknown, text?: string): SendStep {
  return { do: 'send', data: JSON.stringify(value), ...(text !== undefined && { text }) };
}
