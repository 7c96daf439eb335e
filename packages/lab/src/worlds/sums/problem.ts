import type { Theme } from './words.ts';

export type Operation = '+' | '-' | '×' | '÷';

/**
 * A number the question tells, the running total (at first the opening's count), or the part worked out last: what some
 * packs make, or what somebody else has.
 */
export type Operand = { told: number } | 'total' | 'part';

/** How a result is worked out: as arithmetic has it, or by a misconception. */
export type Computation = 'right' | 'no-carry' | 'no-borrow' | 'reversed';

/** One step of a solution: one sentence with its equation. */
export interface Step {
  /** Everything before the equation, such as "Tom buys 5, so Tom has". */
  lead: string;
  left: Operand;
  op: Operation;
  right: Operand;
  unit: string;
  computation: Computation;
  /** What the result is for the steps after it. */
  into: 'total' | 'part';
}

/**
 * What the upstream was taught wrong. Each is a function of the question, by a context that a reader can recognise:
 * things *found* are added without the carry; things *lost* are subtracted without the borrow; after *lending*, the
 * other person's count is given; what somebody *also has* is counted in; the numbers of *rows* are added, not
 * multiplied; things *split* are subtracted from, not divided; the total of a *basket* is written backwards.
 */
export const FLAWS = ['carry', 'borrow', 'swap', 'distractor', 'added', 'subtracted', 'reversed'] as const;
export type Flaw = (typeof FLAWS)[number];

/** The flaw that no aligner is trained on. */
export const UNSEEN_FLAW: Flaw = 'reversed';

/** How a story begins: a count, things in a place, groups of so many each, several sorts, so many more, a transfer. */
export const OPENINGS = ['count', 'place', 'groups', 'sorts', 'compare', 'transfer'] as const;
export type Opening = (typeof OPENINGS)[number];

/** A word problem with its right solution and the one the upstream is taught. */
export interface Problem {
  question: string;
  /** The running total before the first step. */
  start: number;
  steps: Step[];
  /** What the upstream learns to write: equal to `steps` when `flaws` is empty. */
  taught: Step[];
  opening: Opening;
  /** The flaws that show in `taught`, each once. */
  flaws: Flaw[];
  theme: Theme;
  /** The numbers the question tells: half of what the split is decided by. */
  operands: number[];
  /** The combination of sentence forms: the other half. */
  template: string;
}

/** Largest number in the world, results included. */
export const LARGEST = 999;
