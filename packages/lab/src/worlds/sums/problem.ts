import type { Theme } from './words.ts';

/** A number the question tells, or the result of an earlier step. */
export type Operand = { told: number } | { step: number };

/** How a result is worked out: as arithmetic has it, or by a misconception. */
export type Computation = 'right' | 'no-carry' | 'no-borrow' | 'reversed';

/** One step of a solution: one sentence with its equation. */
export interface Step {
  /** Everything before the equation, such as "Tom buys 5, so Tom has". */
  lead: string;
  left: Operand;
  op: '+' | '-';
  right: Operand;
  unit: string;
  computation: Computation;
}

/**
 * What the upstream was taught wrong. Each is a function of the question, by a context that a reader can recognise:
 * things *found* are added without the carry; things *lost* are subtracted without the borrow; after *lending*, the
 * other person's count is given; what somebody *also has* is counted in; the total of a *basket* is written backwards.
 */
export const FLAWS = ['carry', 'borrow', 'swap', 'distractor', 'reversed'] as const;
export type Flaw = (typeof FLAWS)[number];

/** The flaw that no aligner is trained on. */
export const UNSEEN_FLAW: Flaw = 'reversed';

export type Family = 'place' | 'change' | 'transfer' | 'compare' | 'parts';

/** A word problem with its right solution and the one the upstream is taught. */
export interface Problem {
  question: string;
  steps: Step[];
  /** What the upstream learns to write: equal to `steps` when `flaw` is null. */
  taught: Step[];
  family: Family;
  flaw: Flaw | null;
  theme: Theme;
  /** The numbers the question tells, in order: half of what the split is decided by. */
  operands: number[];
  /** The combination of sentence forms: the other half. */
  template: string;
}

/** Largest number in the world, results included. */
export const LARGEST = 99;
