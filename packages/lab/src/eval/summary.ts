import type { Agreement } from '../statistics/agreement.ts';
import type { Mean } from '../statistics/bootstrap.ts';
import type { Share } from '../statistics/wilson.ts';
import type { Metric } from './tasks/task.ts';
import type { RunStamp } from './result.ts';

/** A value with its 95 % interval and how many it is of; all null where nothing was counted. */
export type Interval = Mean | Share;

/** Everything that one run shows. This is what `results/*.json` hold. */
export interface EvalSummary {
  run: RunStamp;
  /** Of the first result and the last, ISO 8601. */
  began: string;
  ended: string;
  tasks: TaskSummary[];
}

export interface TaskSummary {
  task: string;
  /** What its metrics are. */
  metrics: readonly Metric[];
  examples: number;
  /** Rows that could not be read or answered, and why, by where they are. */
  faults: { at: string; fault: string }[];
  methods: MethodSummary[];
  /** The same by stratum, for `raw` and the methods of most rounds. */
  strata: Record<string, MethodSummary[]>;
}

export interface MethodSummary {
  method: string;
  answers: number;
  /** Answers that failed. They count as the empty text. */
  failed: number;
  metrics: Record<string, Interval>;
  /** Answers without a value, by metric: they are in no mean. */
  unscored: Record<string, number>;
  /** Against `raw` on the same examples; absent for `raw`. */
  againstRaw?: Record<string, PairedSummary>;
  /** By a judge, against `raw`, by criterion. */
  judged?: Record<string, JudgedSummary>;
  /** Scores of every answer in the order of the examples, by metric that is a score: for distributions. */
  scores?: Record<string, (number | null)[]>;
  cost: CostSummary;
  /** Only where the aligner works sentence by sentence. The last three need a checker, and are empty (count 0) without. */
  sentences?: { keepRate: Share; goodDrafts: Share; fixRate: Share; overEditRate: Share };
  edited: Mean;
}

export interface PairedSummary {
  /** Mean of (this − raw), example by example. */
  difference: Mean;
  /** Wins less losses, of all; a win is the better value, whichever way is better. */
  netWinRate: Mean;
  /** Only for metrics of 0 and 1: see `mcNemar`. */
  mcNemar?: { gained: number; lost: number; p: number };
}

export interface JudgedSummary {
  netWinRate: Mean;
  wins: Share;
  losses: Share;
  ties: Share;
  nonsense: Share;
  /** Of all verdicts for a side, the share for the first text; the order moves the judge where 0.5 is outside. */
  firstShare: Share;
  /** Of the comparisons in which both orders preferred a text: those in which they chose the same place. */
  orderDecided: Share;
  /** With the task's own metric of the criterion's name, where there is one. */
  agreement?: Agreement;
}

/** Medians of milliseconds (see `medianOf`); `added` is this − raw, example by example. */
export interface CostSummary {
  firstTextMs: Mean;
  addedFirstTextMs: Mean;
  totalMs: Mean;
  addedTotalMs: Mean;
  /** Means of tokens an answer. */
  keptTokens: Mean;
  discardedTokens: Mean;
  alignerTokens: Mean;
  /** Share of the answers whose cost was taken from the run with all rounds. */
  shared: Share;
}
