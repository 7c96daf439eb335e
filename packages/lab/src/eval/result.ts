import type { Comparison } from '../judge/pairwise.ts';

/** What a run was: everything needed to run it again. Every line of results carries it. */
export interface RunStamp {
  /** The command line, as typed. */
  command: string;
  /** The commit of the checkout it ran from, or null outside of one; `+` behind it: with changes. */
  commit: string | null;
  version: string;
  seed: number;
  temperature: number;
  /** Answers at once. Times are comparable only where it is the same. */
  concurrency: number;
  models: ModelStamp[];
}

/** A model that took part. */
export interface ModelStamp {
  as: 'upstream' | 'aligner' | 'full' | 'judge' | 'reward' | 'cost';
  /** Its name in the configuration. */
  name: string;
  /** What its server calls it. */
  model: string;
  /** Numbers it learnt, where that is known. */
  parameters?: number;
}

/** One line of results.jsonl: every method's answer to one example, and all that was measured about them. */
export interface ExampleResult {
  task: string;
  /** The example's, unique within its task. */
  id: string;
  question: string;
  strata: readonly string[];
  /** When it was measured, ISO 8601. */
  at: string;
  run: RunStamp;
  answers: MethodAnswer[];
}

/** One method's answer to an example. */
export interface MethodAnswer {
  /** `raw`, `stream/2/continue`, `stream/all/stop`, `full`, `best-of-4`, `self-critique`. */
  method: string;
  text: string;
  /** The code of the error that ended it. Such an answer counts as the empty text. */
  failed?: string;
  /** By the task's metrics; null where one could not be had, as from a judge's nonsense. */
  metrics: Record<string, number | null>;
  /** Compared with the raw answer by a judge, by criterion. Absent without a judge, and for the raw answer itself. */
  comparisons?: Record<string, Comparison>;
  cost: AnswerCost;
  /** The sentences that were judged, in order. Only where the aligner works sentence by sentence. */
  sentences?: SentenceResult[];
  /** Words that differ from the raw answer, as a share of the longer of both (see `changedShare`): 0 the same words. */
  edited: number;
}

/** What an answer took. Milliseconds from the start of the answer. */
export interface AnswerCost {
  /** Until the first sentence (or, without sentences, the first text) could be shown; null if none was. */
  firstTextMs: number | null;
  totalMs: number;
  /** Tokens of the upstream that were sent, and those that were written for nothing. */
  keptTokens: number;
  discardedTokens: number;
  /** Tokens that the aligner (or whatever else corrects or ranks) read and wrote. */
  alignerTokens: number;
  /** Taken from the run with all rounds, whose text this is: `totalMs` is then an upper bound. */
  shared?: boolean;
}

export interface SentenceResult {
  /** The whitespace before it. */
  lead: string;
  draft: string;
  text: string;
  /** Where the task has a checker: whether draft and text are good at this place. */
  draftGood?: boolean;
  textGood?: boolean;
}
