import type { ChatMessage, JsonEvent } from '@stream-aligner/core';
import type { AnswerEvent } from '../answer/event.ts';
import { authorization } from './key.ts';
import { BROKEN_OFF, problemOf, UNREACHABLE } from './problem.ts';
import { sseData } from './sse.ts';

/** How one answer is to be aligned; what is left out is as the model is configured. */
export interface AskOptions {
  rounds?: number | 'all';
  then?: 'continue' | 'stop';
  lookahead?: number;
  onAlignerFailure?: 'block' | 'pass';
}

/** What is asked. */
export interface AskRequest {
  model: string;
  messages: readonly ChatMessage[];
  options: AskOptions;
  /** Whether events are asked for: not where the model's configuration forbids it. */
  trace: boolean;
}

/** The body of `POST /v1/chat/completions`. */
export function requestBody({ model, messages, options, trace }: AskRequest): Record<string, unknown> {
  const extension = { ...(trace && { trace }), ...options };
  return {
    model,
    stream: true,
    messages,
    ...(Object.keys(extension).length > 0 && { stream_aligner: extension }),
  };
}

/** One chunk of a streamed answer, as far as a page reads it. */
interface Chunk {
  choices?: { delta?: { content?: string | null } }[];
  stream_aligner?: { events: JsonEvent[] };
  error?: unknown;
}

/**
 * Asks, and gives what happens to the answer as it happens. Never throws: the last event is the end of the answer,
 * whatever it is.
 */
export async function* ask(
  request: AskRequest,
  { signal, origin = '' }: { signal: AbortSignal; origin?: string },
): AsyncGenerator<AnswerEvent, void, undefined> {
  let opened = false;
  try {
    const response = await fetch(`${origin}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization('answers') },
      body: JSON.stringify(requestBody(request)),
      signal,
    });
    opened = true;
    if (response.ok && response.body) yield* read(response.body);
    else {
      const body: unknown = await response.json().catch(() => null);
      yield { type: 'broken', problem: problemOf(body, response.status) };
    }
  } catch {
    if (signal.aborted) yield { type: 'stopped' };
    else yield { type: 'broken', problem: opened ? BROKEN_OFF : UNREACHABLE };
  }
}

async function* read(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<AnswerEvent, void, undefined> {
  let traced = false;
  for await (const data of sseData(body)) {
    if (data === '[DONE]') {
      yield { type: 'stream-end' };
      return;
    }
    const { choices = [], stream_aligner: extension, error } = JSON.parse(data) as Chunk;
    traced ||= extension !== undefined;
    for (const event of extension?.events ?? []) yield event;
    const text = choices[0]?.delta?.content ?? '';
    if (!traced && text !== '') yield { type: 'untraced-text', text };
    if (error === undefined) continue;
    yield { type: 'broken', problem: problemOf({ error }, null) };
    return;
  }
  yield { type: 'broken', problem: BROKEN_OFF };
}
