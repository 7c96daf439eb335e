import type { ChatMessage } from '@stream-aligner/core';

/** Something to be answered. */
export interface Prompt {
  messages: ChatMessage[];
  /** The world's problem, where there is one: plain JSON, so that it can travel. */
  problem?: unknown;
  /** See `Provenance.strata`. */
  strata?: readonly string[];
}

/** A prompt, or what could not be read as one; `at` says where, as file:line. */
export type SourceItem = { at: string } & ({ prompt: Prompt } | { fault: string });

/** Where prompts come from. */
export interface PromptSource {
  /** What makes it the same source again: a build that goes on must find it unchanged. */
  readonly description: Readonly<Record<string, string | number | boolean>>;
  /** How many prompts there are about, or null. */
  readonly count: number | null;
  /** The prompts in order, made as they are asked for. Can be asked for again. */
  items(): AsyncIterable<SourceItem>;
}
