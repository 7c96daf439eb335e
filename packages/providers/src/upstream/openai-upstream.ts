import type { Upstream } from '@stream-aligner/core';
import { type EndpointOptions, resolveEndpoint } from '../http/endpoint.ts';
import { type ContinuationStrategy, continueByFlags, continueByTrailingMessage } from './continuation.ts';
import { openaiDialect } from './dialect.ts';
import { createEngine } from './engine.ts';
import type { JunctionWhitespace } from './junction.ts';

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
  return createEngine({
    endpoint: resolveEndpoint('upstream', options),
    model: options.model,
    strategy: strategyOf(options.continuation ?? 'flags'),
    dialect: openaiDialect(),
    echo: options.echo ?? 'detect',
    junction: options.junction ?? 'exact',
    reasoningField: options.reasoningField === undefined ? 'reasoning_content' : options.reasoningField,
    body: options.body,
    countTokens: options.countTokens,
  });
}

function strategyOf(named: 'flags' | 'trailing' | ContinuationStrategy): ContinuationStrategy {
  if (named === 'flags') return continueByFlags;
  return named === 'trailing' ? continueByTrailingMessage : named;
}
