import type { Tuple } from '../data/tuple.ts';
import type { Random } from './random.ts';
import type { Split } from './split.ts';

export interface GenerateOptions {
  split: Split;
  seed: number;
  count: number;
  /** Share of names and things that are no words, to teach copying. Default 0. */
  invented?: number;
  /** Leave out what no aligner may be trained on: one flaw and one topic. Default false. */
  seenOnly?: boolean;
}

/** How good a whole answer is, by what its world knows. */
export interface Score {
  /** Nothing is missing and nothing wrong: the right number; every point covered and no sentence flawed. */
  right: boolean;
  /** What the answer is worth to the asker: 0 to 1. */
  helpful: number;
  /** Sentences that do harm, none being best. Always 0 where a world knows no harm. */
  harmful: number;
}

/**
 * A generated world: questions, the answers an upstream is taught (flaws included), the right answers, and a checker
 * that knows from question and accepted prefix what may stand next.
 */
export interface World<P extends { question: string }> {
  readonly name: string;
  /** Problems of one split, the same for the same options on every machine. */
  generate(options: GenerateOptions): Iterable<P>;
  /** The sentences the upstream is taught to answer with. */
  taught(problem: P): string[];
  /** The sentences of a right answer. */
  solution(problem: P): string[];
  /**
   * What should stand after `prefix` in place of `draft`: the draft itself if it is good there. Null when the answer was
   * complete before it, so that nothing may follow.
   */
  correct(problem: P, at: { prefix: string; draft: string }): string | null;
  score(problem: P, answer: string): Score;
  /**
   * Tuples before there is an upstream to draft: invented drafts, keeps included. `invented` is as in
   * {@link GenerateOptions}, of whatever the world can tell in invented words besides.
   */
  invent(problem: P, random: Random, options?: { invented?: number }): Tuple[];
  /** What a result about this problem counts under, such as "flaw: carry". */
  strata(problem: P): string[];
}
