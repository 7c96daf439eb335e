import type { Random } from '../../random.ts';
import { DAYS, EDIBLE, type Person, RELATIVES, type Theme } from '../words.ts';
import { capitalise, type Forms } from './story.ts';

interface Verb {
  present: string;
  past: string;
  op: '+' | '-';
}

const GAINS: readonly Verb[] = [
  { present: 'buys', past: 'bought', op: '+' },
  { present: 'gets', past: 'got', op: '+' },
  { present: 'receives', past: 'received', op: '+' },
  { present: 'wins', past: 'won', op: '+' },
  { present: 'collects', past: 'collected', op: '+' },
  { present: 'adds', past: 'added', op: '+' },
  { present: 'picks up', past: 'picked up', op: '+' },
  { present: 'is given', past: 'was given', op: '+' },
  { present: 'earns', past: 'earned', op: '+' },
  { present: 'makes', past: 'made', op: '+' },
];
export const FINDING: Verb = { present: 'finds', past: 'found', op: '+' };
const EATING: Verb = { present: 'eats', past: 'ate', op: '-' };
const LOSSES: readonly Verb[] = [
  { present: 'gives away', past: 'gave away', op: '-' },
  { present: 'gives', past: 'gave', op: '-' },
  { present: 'sells', past: 'sold', op: '-' },
  { present: 'uses', past: 'used', op: '-' },
  EATING,
  { present: 'throws away', past: 'threw away', op: '-' },
  { present: 'breaks', past: 'broke', op: '-' },
  { present: 'drops', past: 'dropped', op: '-' },
  { present: 'donates', past: 'donated', op: '-' },
  { present: 'hands out', past: 'handed out', op: '-' },
  { present: 'spends', past: 'spent', op: '-' },
  { present: 'plants', past: 'planted', op: '-' },
];
export const LOSING: Verb = { present: 'loses', past: 'lost', op: '-' };

export interface Happening {
  verb: string;
  op: '+' | '-';
  count: number;
  /** Somebody else is the one who acts: "Ann gives him 5". */
  gift?: boolean;
  /** Told in the sentence of the one before; `same` also shares its verb: "sells 5 and 7 more". */
  joined?: 'own' | 'same';
}

/** Who does something, and to or from whom; how they are named may change from sentence to sentence. */
export interface Cast {
  who: Person;
  other: Person;
  subject(position: 'first' | 'inner'): string;
}

interface VerbChoice {
  op: '+' | '-';
  tense: 'present' | 'past';
  theme: Theme;
  /** Whether the verb is the one that names a misconception's context. */
  context: boolean;
}

export function pickVerb(random: Random, { op, tense, theme, context }: VerbChoice): string {
  const verbs = op === '+' ? GAINS : LOSSES.filter((verb) => verb !== EATING || EDIBLE.includes(theme));
  if (context) return (op === '+' ? FINDING : LOSING)[tense];
  return random.pick(verbs)[tense];
}

const relativeOf = ({ pronoun }: Person, random: Random) =>
  `${pronoun === 'he' ? 'his' : 'her'} ${random.pick(RELATIVES)}`;

/**
 * One thing that happens: as a sentence, or as the rest of the sentence it is joined to. `explicit` names the things
 * again, where "of them" would be unclear.
 */
export function tellHappening(
  forms: Forms,
  random: Random,
  story: { happening: Happening; cast: Cast; items: string; explicit: boolean },
): string {
  const { happening, cast, items, explicit } = story;
  const { verb, op, count } = happening;
  const what = forms.choose(op === '+' ? 'gain' : 'loss', [
    ...(op === '+' ? [`${count} more ${items}`, `another ${count} ${items}`] : [`${count} of the ${items}`]),
    `${count} ${items}`,
    ...(explicit ? [] : op === '+' ? [`${count} more`, `${count} more`] : [`${count} of them`, `${count}`]),
  ]);
  const taker = random.chance(0.4) ? relativeOf(cast.who, random) : cast.other.name;
  const gives = verb === 'gives' || verb === 'gave';
  if (happening.joined) {
    const join = forms.choose('join', [
      ' and ',
      ' and ',
      ' and then ',
      ', and then ',
      `, then ${cast.who.pronoun} `,
    ]);
    const tail = gives
      ? ` to ${taker}`
      : forms.choose('tail', ['', '', ` on ${random.pick(DAYS)}`, ' in the evening']);
    return happening.joined === 'same' ? ` and ${what}${tail}` : `${join}${verb} ${what}${tail}`;
  }
  const opening = forms.choose('event', ['', 'Then ', 'After that, ', 'Later ', 'day', 'Next, ', '']);
  const start = opening === 'day' ? `On ${random.pick(DAYS)}, ` : opening;
  const place = start === '' ? 'first' : 'inner';
  if (happening.gift) {
    forms.note('gift');
    const whom = random.chance(0.6) ? (cast.who.pronoun === 'he' ? 'him' : 'her') : cast.who.name;
    const giver = random.chance(0.5) ? relativeOf(cast.who, random) : cast.other.name;
    return `${start}${place === 'first' ? capitalise(giver) : giver} ${verb === 'gets' ? 'gives' : 'gave'} ${whom} ${what}.`;
  }
  if (gives) return `${start}${cast.subject(place)} ${verb} ${what} to ${taker}.`;
  const where = forms.choose('where', [
    '',
    '',
    '',
    op === '+' ? ' from a friend' : ' at school',
    ' in the afternoon',
  ]);
  return `${start}${cast.subject(place)} ${verb} ${what}${where}.`;
}
