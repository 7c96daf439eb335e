import type { ChatMessage, GenerationParams, Upstream } from '@stream-aligner/core';
import type { MethodAnswer } from '../result.ts';

/** An answer as a method gives it, before anything is measured about it. */
export type MethodResult = Pick<MethodAnswer, 'method' | 'text' | 'failed' | 'cost' | 'sentences'>;

/** What a method is asked. */
export interface Asked {
  messages: readonly ChatMessage[];
  /** Temperature, seed and limit: the same for every method, so that they differ in nothing else. */
  params: GenerationParams;
  upstream: Upstream;
  /** Drafts judged ahead of their turn, where the upstream's configuration wants it otherwise than the loop. */
  lookahead?: number;
  /** The upstream's own answer. */
  raw: MethodResult;
  signal: AbortSignal;
}

/** A way to a better answer, or several that share one pass. */
export interface Method {
  /** What its answers are called, in their order. */
  readonly names: readonly string[];
  /** Rejects when a model fails in a way that says nothing about the method: the example is then tried again later. */
  answer(asked: Asked): Promise<MethodResult[]>;
}
