import type { Random } from '../../random.ts';
import type { Computation, Flaw, Operand, Step } from '../problem.ts';

/** What a number is for, and so how large it may be. */
export type NumberKind = 'start' | 'change' | 'groups' | 'size' | 'factor' | 'divisor' | 'aside';

/** A number of a story that is not drawn yet: `text` stands for it in sentences. */
export interface Slot {
  slot: number;
  text: string;
}

export type DraftOperand = Operand | { slot: number };

/** A step whose numbers are not drawn yet. */
export interface DraftStep extends Omit<Step, 'left' | 'right'> {
  left: DraftOperand;
  right: DraftOperand;
}

/** A flaw's context. It need not show: a sum of things found may have no carry. */
export interface Context {
  flaw: Flaw;
  shows: boolean;
}

/** What happens in one step: as it is, and as the upstream is taught. Without `right`, only the upstream reckons. */
export interface Move {
  right: DraftStep | null;
  taught: DraftStep;
  context: Context | null;
  /** What happens beside it, untold, and must be possible too. */
  beside?: DraftStep;
}

/** What a step need not say: it continues the running total by arithmetic. */
type StepOptions = Pick<DraftStep, 'lead' | 'op' | 'right' | 'unit'> & Partial<DraftStep>;

export interface TellingOptions {
  random: Random;
  /** Share of the places fit for a flaw's context that get it. 0 tells a story that is taught rightly. */
  contexts: Record<Flaw, number>;
}

/** Share of contexts of a carry or borrow where none is due, so that the upstream is right there. */
const MUTE_SHARE = 0.06;

/** A story while it is told: sentences and steps with numbers still to be drawn, and the forms chosen for them. */
export type Telling = ReturnType<typeof createTelling>;

export function createTelling({ random, contexts }: TellingOptions) {
  const forms: string[] = [];
  const numbers: NumberKind[] = [];
  const sentences: string[] = [];
  const moves: Move[] = [];
  let interrupted = false;
  const flawless = Object.values(contexts).every((share) => share === 0);
  return {
    random,
    numbers,
    sentences,
    moves,
    /** Picks a sentence form and remembers which: the combination is the problem's template. */
    choose<T>(name: string, choices: readonly T[]): T {
      const form = random.pick(choices);
      forms.push(`${name}${choices.indexOf(form)}`);
      return form;
    },
    note: (word: string) => void forms.push(word),
    template: () => forms.join(' '),
    number(kind: NumberKind): Slot {
      const slot = numbers.push(kind) - 1;
      return { slot, text: `{${slot}}` };
    },
    say(sentence: string): void {
      sentences.push(sentence);
      interrupted = false;
    },
    /** Says something beside the story; until it goes on, pronouns and "of them" are unclear. */
    interrupt(sentence: string): void {
      sentences.push(sentence);
      interrupted = true;
    },
    isInterrupted: () => interrupted,
    /** Goes on with the sentence said last. */
    append: (clause: string) => void sentences.push(`${sentences.pop()?.slice(0, -1)}${clause}.`),
    /** Whether this place becomes a flaw's context. */
    context(flaw: Flaw): Context | null {
      const canBeMute = flaw === 'carry' || flaw === 'borrow';
      if (flawless) return canBeMute && random.chance(MUTE_SHARE) ? { flaw, shows: false } : null;
      if (!random.chance(contexts[flaw])) return null;
      return { flaw, shows: !canBeMute || !random.chance(MUTE_SHARE) };
    },
    /** A step, and how the upstream is taught it in this context. */
    reckon(options: StepOptions, context: Context | null = null): void {
      const right = draftStep(options);
      moves.push({ right, taught: mistaught(right, context?.flaw ?? null), context });
    },
    move: (move: Move) => void moves.push(move),
  };
}

export const draftStep = (options: StepOptions): DraftStep => ({
  left: 'total',
  computation: 'right',
  into: 'total',
  ...options,
});

const MISCONCEPTIONS: Partial<Record<Flaw, Computation>> = {
  carry: 'no-carry',
  borrow: 'no-borrow',
  reversed: 'reversed',
};

function mistaught(step: DraftStep, flaw: Flaw | null): DraftStep {
  if (flaw === 'added') return { ...step, op: '+' };
  if (flaw === 'subtracted') return { ...step, op: '-' };
  return { ...step, computation: (flaw && MISCONCEPTIONS[flaw]) ?? 'right' };
}
