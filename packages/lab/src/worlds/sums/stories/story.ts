import type { Random } from '../../random.ts';
import type { Family, Flaw, Problem, Step } from '../problem.ts';
import type { Theme } from '../words.ts';

/** What a story needs to be told. */
export interface StoryOptions {
  random: Random;
  theme: Theme;
  /** The flaw whose context the story must hold, or null for a story without one. */
  flaw: Flaw | null;
  /** Share of invented names and things. */
  invented: number;
}

/** A problem as its story tells it. */
export type Story = Omit<Problem, 'flaw' | 'theme'>;

/** Picks among sentence forms and remembers which, so that the combination becomes the problem's template. */
export function createForms(random: Random) {
  const used: string[] = [];
  return {
    choose<T>(slot: string, forms: readonly T[]): T {
      const form = random.pick(forms);
      used.push(`${slot}${forms.indexOf(form)}`);
      return form;
    },
    note: (word: string) => used.push(word),
    template: (family: Family) => [family, ...used].join(' '),
  };
}
export type Forms = ReturnType<typeof createForms>;

export const capitalise = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
export const told = (value: number) => ({ told: value });
export const smallNumber = (random: Random) => (random.chance(0.4) ? random.int(2, 9) : random.int(10, 45));
export const startNumber = (random: Random) => (random.chance(0.2) ? random.int(3, 9) : random.int(10, 75));

/** A step worked out rightly. */
export function step(
  lead: string,
  left: Step['left'],
  op: '+' | '-',
  right: Step['right'],
  unit: string,
): Step {
  return { lead, left, op, right, unit, computation: 'right' };
}
