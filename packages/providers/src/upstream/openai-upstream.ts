import {
  type ChatMessage,
  type GenerationParams,
  StreamAlignerError,
  type Upstream,
  type UpstreamEvent,
  type UpstreamSession,
} from '@stream-aligner/core';
import { type Endpoint, type EndpointOptions, resolveEndpoint } from '../http/endpoint.ts';
import { linkSignals } from '../http/link-signals.ts';
import { streamCompletion } from '../http/stream-completion.ts';
import { type ContinuationStrategy, continueByFlags, continueByTrailingMessage } from './continuation.ts';
import { createEchoStripper, type TextFilter } from './echo-stripper.ts';
import { createJunction, type JunctionWhitespace } from './junction.ts';
import { requestBody } from './request-body.ts';

/** An OpenAI-compatible server and the model on it whose answers are aligned. */
export interface OpenAIUpstreamOptions extends EndpointOptions {
  /** The model's name on the server. */
  model: string;
  /** How the server continues a prefix: a name, or a strategy. Default `flags`. */
  continuation?: 'flags' | 'trailing' | ContinuationStrategy;
  /**
   * Whether the server may repeat the prefix before it goes on. `detect` (the default) drops a repetition; it would also
   * drop an answer's own repetition of all of itself without whitespace between. `never` trusts the server.
   */
  echo?: 'detect' | 'never';
  /** Default `exact`. */
  junction?: JunctionWhitespace;
  /** The field of the assistant's message that carries reasoning back on restarts; null sends none back. */
  reasoningField?: 'reasoning_content' | 'reasoning' | 'thinking' | null;
  /** Fields of every request in the server's own words, for example `chat_template_kwargs`. */
  body?: Record<string, unknown>;
  /** Tokens in a text by the model's own tokenizer. Absent: the correction loop estimates. */
  countTokens?: (text: string) => number;
}

/**
 * An upstream over HTTP. Throws `configuration` for an address that cannot be one; everything about a single answer is
 * thrown from its iterator: `upstream-rejected`, `upstream-failed`, `upstream-truncated`, `context-overflow`,
 * `overloaded`, `deadline`, or the reason of the signal that stopped it.
 */
export function createOpenAIUpstream(options: OpenAIUpstreamOptions): Upstream {
  const endpoint = resolveEndpoint('upstream', options);
  const strategy = strategyOf(options.continuation ?? 'flags');
  const { countTokens } = options;
  return {
    model: options.model,
    continuation: strategy.continuation,
    ...(countTokens && { countTokens }),
    async open({ messages, params, signal }) {
      signal.throwIfAborted();
      return openSession({ endpoint, strategy, options, messages, params });
    },
  };
}

interface SessionSetup {
  endpoint: Endpoint;
  strategy: ContinuationStrategy;
  options: OpenAIUpstreamOptions;
  messages: ChatMessage[];
  params: GenerationParams;
}

function openSession({ endpoint, strategy, options, messages, params }: SessionSetup): UpstreamSession {
  const closing = new AbortController();
  const { reasoningField = 'reasoning_content' } = options;
  let reasoning = '';
  return {
    async *continueFrom(prefix, signal, limits = {}) {
      const { controller, unlink } = linkSignals([signal, closing.signal]);
      const sent = prefix.trimEnd();
      const conversation = strategy.body({
        messages,
        prefix: sent,
        reasoning: reasoning && reasoningField ? { [reasoningField]: reasoning } : {},
      });
      const maxTokens = limits.maxTokens ?? params.maxTokens;
      const body = requestBody({
        model: options.model,
        params,
        maxTokens,
        configured: options.body,
        conversation,
      });
      const filters = [
        ...(options.echo === 'never' ? [] : [createEchoStripper(prefix)]),
        createJunction(prefix, options.junction ?? 'exact'),
      ];
      // Only an answer's own start reasons about the whole answer; what a restart adds would be told twice.
      const learns = sent === '';
      if (learns) reasoning = '';
      try {
        const events = streamCompletion(endpoint, { path: strategy.path, body, signal: controller.signal });
        for await (const event of events) {
          if (event.type === 'reasoning-delta' && learns) reasoning += event.text;
          yield* mend(filters, event);
        }
      } finally {
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

/** Passes text through the filters; before anything that ends the text, gives what they still hold. */
function mend(filters: TextFilter[], event: UpstreamEvent): UpstreamEvent[] {
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

function strategyOf(named: 'flags' | 'trailing' | ContinuationStrategy): ContinuationStrategy {
  if (named === 'flags') return continueByFlags;
  return named === 'trailing' ? continueByTrailingMessage : named;
}
