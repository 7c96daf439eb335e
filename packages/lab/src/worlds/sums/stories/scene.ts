import { capitalise } from '../../../capitalise.ts';
import type { Opening } from '../problem.ts';
import type { Person, Theme } from '../words.ts';
import { type Telling } from './telling.ts';

/** Who and what a story is about. */
export interface Scene {
  telling: Telling;
  theme: Theme;
  invented: number;
  items: string;
  /** Whose things are counted; null for things in a place. */
  owner: Person | null;
  other: Person;
  tense: 'present' | 'past';
  opening: Opening;
  /** The slot of the opening's count: the running total before the first step. */
  start: number;
  /** Another's count that "together" adds, where the opening told one. */
  base: number | null;
}

export const inTense = ({ tense }: Pick<Scene, 'tense'>, present: string, past: string) =>
  tense === 'past' ? past : present;

/** What a lead says before an equation: "Tom has", "there are". */
export const holds = ({ owner }: Pick<Scene, 'owner'>) => (owner ? `${owner.name} has` : 'there are');

/** Whether two people have things from the beginning, so that no pronoun and no "the apples" is clear. */
export const isNamed = ({ opening }: Pick<Scene, 'opening'>) =>
  opening === 'compare' || opening === 'transfer';

/** Whether a pronoun, "his brother" and "of them" are clear in the next sentence. */
export const isClear = (scene: Scene) => !isNamed(scene) && !scene.telling.isInterrupted();

/** How a sentence names the owner: by a pronoun where that is clear. */
export function subjectOf(scene: Scene, position: 'first' | 'inner'): string {
  const { telling, owner } = scene;
  if (!owner) return position === 'first' ? 'They' : 'they';
  const word = isClear(scene) && telling.random.chance(0.6) ? owner.pronoun : owner.name;
  return position === 'first' ? capitalise(word) : word;
}

/** The things that are counted, where others have some too: "the apples", "her apples". */
export const thingsOf = (scene: Scene) =>
  scene.owner && isNamed(scene) ? `${theirOf(scene.owner)} ${scene.items}` : `the ${scene.items}`;

export const themOf = ({ pronoun }: Person) => (pronoun === 'he' ? 'him' : 'her');
export const theirOf = ({ pronoun }: Person) => (pronoun === 'he' ? 'his' : 'her');

const STARTS = ['', '', 'Then ', 'After that, ', 'Later ', 'Next, ', 'DAY', 'The next day, '] as const;

/** How a sentence about something that happens begins. */
export function startSentence(telling: Telling, days: readonly string[]): string {
  const start = telling.choose('start', STARTS);
  return start === 'DAY' ? `On ${telling.random.pick(days)}, ` : start;
}

/** Something counted in groups is not kept in more of itself. */
export function pickApartFrom(
  { telling, items }: Pick<Scene, 'telling' | 'items'>,
  words: readonly string[],
): string {
  return telling.choose(
    'noun',
    words.filter((word) => !items.endsWith(word)),
  );
}
