import {
  type ChatMessage,
  type GenerationParams,
  StreamAlignerError,
  type Upstream,
  type UpstreamEvent,
  type UpstreamSession,
} from '@stream-aligner/core';
import { sendAbort } from '../http/abort-request.ts';
import { atRoot, type Endpoint } from '../http/endpoint.ts';
import { failure } from '../http/failures.ts';
import { linkSignals } from '../http/link-signals.ts';
import { streamReply } from '../http/stream-reply.ts';
import type { ContinuationStrategy } from './continuation.ts';
import type { Dialect } from './dialect.ts';
import { createEchoStripper, type TextFilter } from './echo-stripper.ts';
import { createJunction, type JunctionWhitespace } from './junction.ts';
import { createOverlapStripper } from './overlap-stripper.ts';

/** Everything that the one engine behind all servers must know of a server. */
export interface EngineSetup {
  endpoint: Endpoint;
  model: string;
  strategy: ContinuationStrategy;
  dialect: Dialect;
  echo: 'detect' | 'never';
  junction: JunctionWhitespace;
  reasoningField: string | null;
  body?: Record<string, unknown> | undefined;
  countTokens?: ((text: string) => number) | undefined;
  /** Where the server wants to hear that a request is over, because it notices a closed connection late. */
  abortPath?: string | undefined;
  /** Whether the server continues an answer while tools are offered. Default true. */
  continuesWithTools?: boolean;
}

/** An upstream over HTTP, whatever the server. */
export function createEngine(setup: EngineSetup): Upstream {
  const { model, strategy, countTokens } = setup;
  return {
    model,
    continuation: strategy.continuation,
    ...(countTokens && { countTokens }),
    async open({ messages, params, signal }) {
      signal.throwIfAborted();
      refuseOpenCalls(messages);
      // A raw prompt has no place for them: they would be left out in silence.
      if (strategy.path === '/completions') refuseTools(setup.endpoint, params);
      return openSession(setup, messages, params);
    },
  };
}

function openSession(setup: EngineSetup, messages: ChatMessage[], params: GenerationParams): UpstreamSession {
  const { endpoint, strategy, dialect, reasoningField } = setup;
  const closing = new AbortController();
  let reasoning = '';
  return {
    async *continueFrom(prefix, signal, limits = {}) {
      const sent = prefix.trimEnd();
      if (sent && setup.continuesWithTools === false) refuseTools(endpoint, params);
      const { path, body } = dialect.request({
        model: setup.model,
        params,
        maxTokens: limits.maxTokens ?? params.maxTokens,
        configured: setup.body,
        path: strategy.path,
        conversation: strategy.body({
          messages,
          prefix: sent,
          reasoning: reasoning && reasoningField ? { [reasoningField]: reasoning } : {},
        }),
      });
      const { controller, unlink } = linkSignals([signal, closing.signal]);
      const leaving = watchLeaving(setup, controller.signal);
      const filters = filtersFor(setup, prefix);
      // Only an answer's own start reasons about the whole answer; what a restart adds would be told twice.
      const learns = sent === '';
      if (learns) reasoning = '';
      try {
        const request = { path, body: { ...body, ...leaving.fields }, signal: controller.signal };
        for await (const event of streamReply(endpoint, request, dialect.createReader(endpoint))) {
          if (event.type === 'reasoning-delta' && learns) reasoning += event.text;
          if (event.type === 'finish') leaving.finished();
          yield* mend(filters, event);
        }
      } catch (error) {
        // What was refused never ran, and a server that is too busy wants no further call.
        if (StreamAlignerError.isInstance(error) && 'status' in error.details) leaving.finished();
        throw error;
      } finally {
        leaving.left();
        unlink();
      }
    },
    async close() {
      if (!closing.signal.aborted) {
        closing.abort(
          new StreamAlignerError('closed', 'The answer was closed while its upstream was still writing.'),
        );
      }
    },
  };
}

/** Tells the server once, where it must be told, that a request was left before its answer was complete. */
function watchLeaving({ endpoint, abortPath }: EngineSetup, signal: AbortSignal) {
  const nothing = () => {};
  if (abortPath === undefined || signal.aborted) return { fields: {}, finished: nothing, left: nothing };
  const rid = crypto.randomUUID();
  let over = false;
  // Also while nobody reads: a signal must not wait for the iterator to be asked again.
  signal.addEventListener('abort', left, { once: true });
  return { fields: { rid }, finished, left };

  function finished(): void {
    over = true;
    signal.removeEventListener('abort', left);
  }

  function left(): void {
    if (over) return;
    finished();
    sendAbort(atRoot(endpoint), abortPath ?? '', rid);
  }
}

function filtersFor({ strategy, echo, junction }: EngineSetup, prefix: string): TextFilter[] {
  const emulated = strategy.continuation === 'emulated';
  return [
    ...(echo === 'never' ? [] : [createEchoStripper(prefix)]),
    ...(emulated ? [createOverlapStripper(prefix)] : []),
    // A new turn begins without the whitespace that belongs between two sentences.
    createJunction(prefix, emulated ? 'trimmed' : junction),
  ];
}

/** Passes text through the filters; before anything that ends the text, gives what they still hold. */
export function mend(filters: TextFilter[], event: UpstreamEvent): UpstreamEvent[] {
  if (event.type === 'text-delta') {
    return textEvents(filters.reduce((text, filter) => filter.push(text), event.text));
  }
  if (event.type !== 'finish' && event.type !== 'tool-call-delta') return [event];
  const rest = filters.reduce((text, filter) => filter.push(text) + filter.flush(), '');
  return [...textEvents(rest), event];
}

function textEvents(text: string): UpstreamEvent[] {
  return text === '' ? [] : [{ type: 'text-delta', text }];
}

/** A turn that calls tools is continued by their results, by nothing else. Throws `invalid-request`. */
export function refuseOpenCalls(messages: readonly ChatMessage[]): void {
  const last = messages.at(-1);
  if (last?.role !== 'assistant' || last['tool_calls'] === undefined) return;
  throw new StreamAlignerError(
    'invalid-request',
    'The conversation ends with tool calls of the assistant, which no model can continue. Send the results as messages of role "tool".',
    { details: { param: 'messages' } },
  );
}

/** For what can continue an answer only without tools. Throws `upstream-rejected` where some are offered. */
export function refuseTools(endpoint: Endpoint, { extra }: GenerationParams): void {
  const tools = extra?.['tools'];
  if (!Array.isArray(tools) || tools.length === 0) return;
  throw failure(
    endpoint,
    'rejected',
    'cannot be continued the way it is set to while the request offers tools. Leave the tools out, set `continuation: emulated`, or look on in `mode: shadow`.',
  );
}
