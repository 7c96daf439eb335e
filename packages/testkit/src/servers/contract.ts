import type { IncomingHttpHeaders } from 'node:http';
import type { ChatMessage } from '@stream-aligner/core';

/** The parsed body of a request. */
export type Fields = Record<string, unknown>;

/** A generation as the server understood it. */
export interface Understood {
  model: string;
  stream: boolean;
  includeUsage: boolean;
  question: string;
  /** What the model goes on from: '' where the server begins a new turn. */
  prefix: string;
  /** The prefix came in a turn that asks for the rest: the model begins a turn of its own. */
  asked: boolean;
  /** Whether the model thinks before it answers, if it is one that does. */
  thinks: boolean;
  /** Whether what such a model writes now is part of its thought. */
  inThought?: boolean;
  /** What the reply begins with, on servers that repeat the prefix. */
  echo: string;
  tools: boolean;
  rid?: string;
}

/** Why a request is refused, in the server's own form. */
export interface Refusal {
  status: number;
  body: unknown;
}

/** Tokens as every dialect words them in its own way. */
export interface Counts {
  prompt: number;
  completion: number;
}

/** How a server writes its stream: whole frames, as they go over the wire. */
export interface Voice {
  /** Frames before the first text. */
  open(request: Understood): string[];
  text(delta: string): string;
  reasoning(delta: string): string;
  /** One call of the tool `look_up` with `{"what":"it"}`, in pieces. */
  toolCall(): string[];
  /** The end of a good answer. `aborted` is that of one the server gave up. */
  close(finish: 'stop' | 'tool_calls' | 'aborted', counts: Counts, request: Understood): string[];
  /** What the server sends in the middle of a stream when it fails. */
  error(): string[];
}

/** One kind of server: what it accepts and what it sends. */
export interface Contract {
  /** The end of its base URL. */
  readonly base: string;
  /** The header that must carry a key; null for servers that need none. */
  readonly key: 'authorization' | 'api-key' | 'x-api-key' | null;
  /** Paths that generate. */
  readonly paths: readonly string[];
  read(request: { path: string; headers: IncomingHttpHeaders; body: Fields }): Understood | Refusal;
  voice(path: string): Voice;
  /** Whether the whitespace at the start of what the model writes is lost. */
  readonly trims?: boolean;
  /** Calls that do not generate, by path: what they answer. */
  readonly calls?: Readonly<Record<string, (body: Fields) => unknown>>;
}

/** A refusal as OpenAI words it. */
export function refuse(status: number, message: string, type = 'invalid_request_error'): Refusal {
  return { status, body: { error: { message, type, param: null, code: null } } };
}

/** The messages of a body, or none. */
export function messagesOf({ messages }: Fields): ChatMessage[] {
  return Array.isArray(messages) ? (messages as ChatMessage[]) : [];
}
