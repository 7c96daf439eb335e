import type { SharedV4ProviderOptions } from '@ai-sdk/provider';
import type { AlignEvent, AlignOptions, AnswerCounts, Continuation, EndCause } from '@stream-aligner/core';
import type { JunctionWhitespace } from '@stream-aligner/providers';

/** How the answers of a wrapped model are aligned: core's options, and how this model goes on from a prefix. */
export interface AlignMiddlewareOptions extends Omit<
  AlignOptions,
  'upstream' | 'messages' | 'params' | 'signal' | 'reasoning'
> {
  /** The model's reasoning: left out (`drop`, the default) or passed on unaligned. */
  reasoning?: 'drop' | 'pass';
  /**
   * How the model goes on from a corrected answer. `native`: it continues an assistant message that stands last in the
   * prompt, as some models and most self-hosted servers do; the AI SDK cannot tell which, so you declare it. `emulated`
   * (the default): it is asked to by one more user message, which works with every chat model and is another
   * distribution than an uninterrupted answer.
   */
  continuation?: 'native' | 'emulated';
  /** What an emulated continuation asks; `{prefix}` in it is the answer so far. Default: to write what comes next. */
  continuationPrompt?: string;
  /**
   * Provider options added to the calls that continue an answer, for servers that want to be told: for example
   * `{ vllm: { continue_final_message: true, add_generation_prompt: false } }` with a provider named `vllm`.
   */
  continuationOptions?: SharedV4ProviderOptions;
  /** Whether the model may repeat the answer so far before it goes on: `detect` (the default) drops a repetition. */
  echo?: 'detect' | 'never';
  /** Whether the whitespace before a continuation comes as written. Default `exact`; an emulated one has lost it. */
  junction?: JunctionWhitespace;
  /** Tokens in a text by the model's own tokenizer. Absent: estimated, and counts say so. */
  countTokens?: (text: string) => number;
  /** Called with everything that happens to an answer, texts included. What it throws fails the answer. */
  onEvent?: (event: AlignEvent) => void;
}

/** What `providerMetadata.streamAligner` says of a finished answer. */
export interface AlignmentMetadata extends AnswerCounts {
  /** What ended the answer. */
  cause: EndCause;
  /** How the model was continued. */
  continuation: Continuation;
  /** Code units that went out without a verdict, as the options allow: after tool calls or the last round, exempt, … */
  unaligned: number;
}
