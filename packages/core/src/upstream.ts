import type { StreamAlignerError } from './errors.ts';
import type { ChatMessage } from './messages.ts';

/** Why an upstream stopped writing. `length` means a token limit cut it, perhaps in mid-sentence. */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

/** Tokens as the serving side counted them for one request. */
export interface Usage {
  promptTokens: number;
  completionTokens: number;
}

/** A fragment of a tool call, in the form of OpenAI's streamed `tool_calls` entries. */
export interface ToolCallDelta {
  index: number;
  id?: string;
  type?: 'function';
  function?: { name?: string; arguments?: string };
}

/**
 * What an upstream says while it continues a prefix. An iterator that ends without `finish` has been cut off: the
 * correction loop treats that as a failure, so an adapter must neither invent a finish nor swallow an error. Errors are
 * thrown from the iterator.
 */
export type UpstreamEvent =
  | { type: 'text-delta'; text: string }
  | { type: 'reasoning-delta'; text: string }
  | { type: 'tool-call-delta'; delta: ToolCallDelta }
  | { type: 'usage'; usage: Usage }
  | { type: 'finish'; reason: FinishReason };

/** How the upstream samples. Limits hold over the whole committed answer, not over each restart. */
export interface GenerationParams {
  /** At most this many tokens of answer. Default: the upstream's own limit. */
  maxTokens?: number;
  /** The answer ends before the first of these strings. The correction loop matches them itself, on committed text. */
  stop?: string[];
  temperature?: number;
  topP?: number;
  seed?: number;
  /** Everything else of the request, passed on in the server's own words. */
  extra?: Record<string, unknown>;
}

/**
 * How an upstream goes on from a prefix: `native` when the model itself continues the assistant's message; `emulated`
 * when it is asked by a new turn, which is another distribution and cannot be trusted to say that nothing is left;
 * `none` when it cannot, so that only answers that are never rewritten come through it.
 */
export type Continuation = 'native' | 'emulated' | 'none';

/** The large model whose answer is aligned. */
export interface Upstream {
  readonly model: string;
  readonly continuation: Continuation;
  /** Tokens in a text by the model's own tokenizer. Absent: the loop estimates, and marks its counts so. */
  countTokens?(text: string): number;
  /** Opens one answer. May wait for capacity; rejects when `signal` aborts. */
  open(request: {
    messages: ChatMessage[];
    params: GenerationParams;
    signal: AbortSignal;
  }): Promise<UpstreamSession>;
}

/** Where an answer would go on after a failure: at the same server, at another one, or nowhere. */
export type NextTry = 'here' | 'elsewhere' | 'nowhere';

/** One answer's hold on an upstream: slot, replica, token ids, reasoning text and KV cache stay with it. */
export interface UpstreamSession {
  /** The model that writes now, where a session has the choice of several. Absent: the upstream's. */
  readonly model?: string;
  /**
   * Continues the answer from exactly `prefix` ('' at first), yielding only what comes after it. The prefix never ends
   * in whitespace: the upstream writes its own junction. At most one continuation runs at a time; aborting `signal` (or
   * leaving the iterator) stops generation. `limits.maxTokens` is what is left of the answer's budget.
   */
  continueFrom(
    prefix: string,
    signal: AbortSignal,
    limits?: { maxTokens?: number },
  ): AsyncIterable<UpstreamEvent>;
  /**
   * Told that the last continuation failed, and asked where the next `continueFrom` would go. Absent: `here` for
   * failures that may be over in a moment, `nowhere` for others.
   */
  afterFailure?(error: StreamAlignerError): NextTry;
  /** Gives back everything the session holds. Called once, also after a failure; never rejects for an aborted call. */
  close(): Promise<void>;
}
