import type { ChatMessage } from '@stream-aligner/core';

/** Something that is measured about an answer. */
export interface Metric {
  name: string;
  /**
   * `share` is 0 or 1, so that its mean is a share; `mean` a number from 0 to 1; `score` a number on a scale of its own,
   * whose distribution says more than its mean.
   */
  kind: 'share' | 'mean' | 'score';
  better: 'higher' | 'lower';
  /** What it says, for a reader who sees the report only. */
  description: string;
}

/** One question of a task, with whatever the task knows about its answer. */
export interface Example {
  /** Unique within the task, and the same in every run. */
  id: string;
  messages: ChatMessage[];
  strata: readonly string[];
}

/** An example, or what could not be read as one; `at` says where. */
export type ExampleItem<E extends Example = Example> = { at: string } & ({ example: E } | { fault: string });

/** Examples, and what is measured about answers to them. */
export interface EvalTask<E extends Example = Example> {
  readonly name: string;
  readonly metrics: readonly Metric[];
  /** What makes it the same task again: a run that goes on must find it unchanged. */
  readonly description: Readonly<Record<string, string | number | boolean>>;
  /** How many examples there are about, or null. */
  readonly count: number | null;
  examples(): AsyncIterable<ExampleItem<E>>;
  /**
   * Every metric of one answer, by name. Null: it could not be had (a judge's nonsense), which is counted and never
   * guessed; left out: it does not apply to this example. Rejects when a model that is asked fails.
   */
  evaluate(example: E, answer: string, signal: AbortSignal): Promise<Record<string, number | null>>;
  /** The right sentence at this place, or null if nothing may follow: only of tasks that have a checker. */
  correct?(example: E, at: { prefix: string; draft: string }): string | null;
}
