import type { Random } from '../random.ts';
import type { Family, Flaw, Problem, Step } from './problem.ts';
import {
  COLOURS,
  CONTAINERS,
  DAYS,
  EDIBLE,
  type Person,
  pickItems,
  pickPeople,
  REVERSING_CONTAINER,
  THEMES,
  type Theme,
} from './words.ts';

/** What a story needs to be told. */
export interface StoryOptions {
  random: Random;
  theme: Theme;
  /** The flaw whose context the story must hold, or null for a story without one. */
  flaw: Flaw | null;
  /** Share of invented names and things. */
  invented: number;
}

type Story = Omit<Problem, 'flaw' | 'theme'>;

/** Picks among sentence forms and remembers which, so that the combination becomes the problem's template. */
function createForms(random: Random) {
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
type Forms = ReturnType<typeof createForms>;

const capitalise = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const told = (value: number) => ({ told: value });
const smallNumber = (random: Random) => (random.chance(0.4) ? random.int(2, 9) : random.int(10, 45));
const startNumber = (random: Random) => (random.chance(0.2) ? random.int(3, 9) : random.int(10, 75));

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
];
const FINDING: Verb = { present: 'finds', past: 'found', op: '+' };
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
];
const LOSING: Verb = { present: 'loses', past: 'lost', op: '-' };

interface Happening {
  verb: string;
  op: '+' | '-';
  count: number;
}

/** Who does something, and to or from whom; how they are named may change from sentence to sentence. */
interface Cast {
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

function pickVerb(random: Random, { op, tense, theme, context }: VerbChoice): string {
  const verbs = op === '+' ? GAINS : LOSSES.filter((verb) => verb !== EATING || EDIBLE.includes(theme));
  if (context) return (op === '+' ? FINDING : LOSING)[tense];
  return random.pick(verbs)[tense];
}

/**
 * One thing that happens, as a sentence. `explicit` names the things again, where "of them" would be unclear.
 */
function tellHappening(
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
  const opening = forms.choose('event', ['', 'Then ', 'After that, ', 'Later ', 'day', 'Next, ', '']);
  const start = opening === 'day' ? `On ${random.pick(DAYS)}, ` : opening;
  const place = start === '' ? 'first' : 'inner';
  if (op === '+' && (verb === 'gets' || verb === 'got') && random.chance(0.4)) {
    forms.note('gift');
    const whom = random.chance(0.6) ? (cast.who.pronoun === 'he' ? 'him' : 'her') : cast.who.name;
    return `${start}${cast.other.name} ${verb === 'gets' ? 'gives' : 'gave'} ${whom} ${what}.`;
  }
  if (verb === 'gives' || verb === 'gave')
    return `${start}${cast.subject(place)} ${verb} ${what} to ${cast.other.name}.`;
  const where = forms.choose('where', [
    '',
    '',
    '',
    op === '+' ? ' from a friend' : ' at school',
    ' in the afternoon',
  ]);
  return `${start}${cast.subject(place)} ${verb} ${what}${where}.`;
}

function openStory(
  forms: Forms,
  random: Random,
  who: Person,
  count: number,
  items: string,
  past: boolean,
): string {
  const container = random.pick(CONTAINERS);
  const { name } = who;
  return forms.choose('opening', [
    `${name} has ${count} ${items}.`,
    `${name} had ${count} ${items}.`,
    `${name} starts with ${count} ${items}.`,
    `${name} ${past ? 'kept' : 'keeps'} ${count} ${items} in a ${container}.`,
    `At first, ${name} ${past ? 'had' : 'has'} ${count} ${items}.`,
    `In the morning, ${name} ${past ? 'had' : 'has'} ${count} ${items}.`,
    `There ${past ? 'were' : 'are'} ${count} ${items} in ${name}'s ${container}.`,
    `${name} ${past ? 'owned' : 'owns'} ${count} ${items}.`,
  ]);
}

function askCount(forms: Forms, who: Person, items: string, op: '+' | '-'): string {
  const { name, pronoun } = who;
  return forms.choose('question', [
    `How many ${items} does ${name} have now?`,
    `How many ${items} does ${pronoun} have now?`,
    `How many ${items} does ${name} have in the end?`,
    op === '-'
      ? `How many ${items} does ${name} have left?`
      : `How many ${items} does ${name} have altogether?`,
    op === '-' ? `How many ${items} are left?` : `How many ${items} does ${name} have in total?`,
    `Now how many ${items} does ${name} have?`,
    `How many ${items} are there now?`,
    `How many does ${name} have now?`,
  ]);
}

const unrelated = (random: Random, theme: Theme, invented: number): string => {
  const others = (Object.keys(THEMES) as Theme[]).filter((other) => other !== theme && other !== 'garden');
  return pickItems(random, { theme: random.pick(others), invented });
};

/** One person's things, more and fewer: the running total. */
export function tellChange({ random, theme, flaw, invented }: StoryOptions): Story {
  const forms = createForms(random);
  const [who, other] = pickPeople(random, invented);
  const items = pickItems(random, { theme, invented });
  const tense = forms.choose('tense', ['present', 'past'] as const);
  const length = random.pick(flaw === 'distractor' ? [1, 1, 2, 2, 2] : [1, 1, 2, 2, 2, 2, 3, 3, 3]);
  const special = flaw === 'carry' || flaw === 'borrow' ? random.int(0, length - 1) : -1;
  const happenings = Array.from({ length }, (_, index): Happening => {
    const op = index === special ? (flaw === 'carry' ? '+' : '-') : random.pick(['+', '-'] as const);
    // The context words also occur where no carry or borrow is due: there the upstream is right.
    const context = index === special || (flaw === null && random.chance(0.06));
    return { verb: pickVerb(random, { op, tense, theme, context }), op, count: smallNumber(random) };
  });
  const start = startNumber(random);
  const aside = random.int(3, 40);
  const asideForm = flaw === 'distractor' ? 'also' : random.chance(0.15) ? 'other' : 'none';
  const asideAt = random.int(0, length - 1);

  const cast: Cast = {
    who,
    other,
    subject: (position) =>
      random.chance(0.6) ? (position === 'first' ? capitalise(who.pronoun) : who.pronoun) : who.name,
  };
  const sentences = [openStory(forms, random, who, start, items, tense === 'past')];
  const steps: Step[] = [];
  const taught: Step[] = [];
  const operands = [start];
  const add = (list: Step[], happening: Happening, computation: Step['computation']) =>
    list.push({
      lead: `${who.name} ${happening.verb} ${happening.count}, so ${who.name} has`,
      left: list.length === 0 ? told(start) : { step: list.length - 1 },
      op: happening.op,
      right: told(happening.count),
      unit: items,
      computation,
    });

  happenings.forEach((happening, index) => {
    forms.note(happening.verb);
    const explicit = asideForm !== 'none' && index === asideAt + 1;
    sentences.push(tellHappening(forms, random, { happening, cast, items, explicit }));
    operands.push(happening.count);
    add(steps, happening, 'right');
    const misconceived = happening.verb.startsWith('f') ? 'no-carry' : 'no-borrow';
    const context = [FINDING.present, FINDING.past, LOSING.present, LOSING.past].includes(happening.verb);
    add(taught, happening, context ? misconceived : 'right');
    if (index !== asideAt || asideForm === 'none') return;
    const things = unrelated(random, theme, invented);
    operands.push(aside);
    if (asideForm === 'also') {
      const verb = tense === 'past' ? 'had' : 'has';
      sentences.push(
        forms.choose('aside', [
          `${capitalise(who.pronoun)} also ${verb} ${aside} ${things}.`,
          `${who.name} also ${verb} ${aside} ${things}.`,
        ]),
      );
      add(taught, { verb: `also ${verb}`, op: '+', count: aside }, 'right');
    } else {
      sentences.push(
        forms.choose('aside', [
          `${other.name} has ${aside} ${things}.`,
          `${capitalise(who.pronoun)} is ${aside} years old.`,
          `There are ${aside} ${things} on the table.`,
        ]),
      );
    }
  });
  sentences.push(askCount(forms, who, items, happenings.at(-1)?.op ?? '+'));
  return {
    question: sentences.join(' '),
    steps,
    taught,
    family: 'change',
    operands,
    template: forms.template('change'),
  };
}

/** One person gives to another; somebody's count is asked. */
export function tellTransfer({ random, theme, flaw, invented }: StoryOptions): Story {
  const forms = createForms(random);
  const [giver, taker] = pickPeople(random, invented);
  const items = pickItems(random, { theme, invented });
  const [first, second] = [startNumber(random), startNumber(random)];
  const moved = random.int(2, Math.min(45, first));
  const tense = forms.choose('tense', ['present', 'past'] as const);
  const has = tense === 'past' ? 'had' : 'has';
  const verb =
    flaw === 'swap'
      ? { present: 'lends', past: 'lent' }[tense]
      : forms.choose('verb', [
          { present: 'gives', past: 'gave' },
          { present: 'hands', past: 'handed' },
          { present: 'sends', past: 'sent' },
          { present: 'passes', past: 'passed' },
        ])[tense];
  forms.note(verb);
  const opening = forms.choose('opening', [
    `${giver.name} ${has} ${first} ${items} and ${taker.name} ${has} ${second} ${items}.`,
    `${giver.name} ${has} ${first} ${items}. ${taker.name} ${has} ${second} ${items}.`,
    `${giver.name} ${has} ${first} ${items} and ${taker.name} ${has} ${second}.`,
  ]);
  const transfer = forms.choose('transfer', [
    `${giver.name} ${verb} ${moved} ${items} to ${taker.name}.`,
    `${giver.name} ${verb} ${taker.name} ${moved} ${items}.`,
    `Then ${giver.name} ${verb} ${moved} of them to ${taker.name}.`,
    `After lunch, ${giver.name} ${verb} ${taker.name} ${moved} of the ${items}.`,
  ]);
  const asked = random.pick(['giver', 'taker'] as const);
  forms.note(asked);
  const who = asked === 'giver' ? giver : taker;
  const givers = step(
    `${giver.name} ${verb} ${moved}, so ${giver.name} has`,
    told(first),
    '-',
    told(moved),
    items,
  );
  const takers = step(
    `${taker.name} gets ${moved}, so ${taker.name} has`,
    told(second),
    '+',
    told(moved),
    items,
  );
  const steps = [asked === 'giver' ? givers : takers];
  const taught = [(asked === 'giver') === (flaw !== 'swap') ? givers : takers];
  const sentences = [opening, transfer];
  const operands = [first, second, moved];
  if (random.chance(0.4)) {
    const op = random.pick(['+', '-'] as const);
    const happening = {
      verb: pickVerb(random, { op, tense, theme, context: false }),
      op,
      count: smallNumber(random),
    };
    forms.note(happening.verb);
    const cast: Cast = { who, other: who === giver ? taker : giver, subject: () => who.name };
    sentences.push(tellHappening(forms, random, { happening, cast, items, explicit: false }));
    operands.push(happening.count);
    const last = step(
      `${who.name} ${happening.verb} ${happening.count}, so ${who.name} has`,
      { step: 0 },
      op,
      told(happening.count),
      items,
    );
    steps.push(last);
    taught.push(last);
  }
  sentences.push(
    forms.choose('question', [
      `How many ${items} does ${who.name} have now?`,
      `How many ${items} does ${who.name} have in the end?`,
      `How many does ${who.name} have now?`,
      `Now how many ${items} does ${who.name} have?`,
    ]),
  );
  return {
    question: sentences.join(' '),
    steps,
    taught,
    family: 'transfer',
    operands,
    template: forms.template('transfer'),
  };
}

/** One person has so many more or fewer than another. */
export function tellCompare({ random, theme, invented }: StoryOptions): Story {
  const forms = createForms(random);
  const [one, other] = pickPeople(random, invented);
  const items = pickItems(random, { theme, invented });
  const [base, difference] = [startNumber(random), smallNumber(random)];
  const more = random.chance(0.5);
  const word = more ? 'more' : 'fewer';
  const together = random.chance(0.5);
  const sentences = [
    forms.choose('opening', [
      `${one.name} has ${base} ${items}.`,
      `There are ${base} ${items} in ${one.name}'s ${random.pick(CONTAINERS)}.`,
      `${one.name} owns ${base} ${items}.`,
      `${one.name} collected ${base} ${items}.`,
    ]),
    forms.choose('compare', [
      `${other.name} has ${difference} ${word} ${items} than ${one.name}.`,
      `${other.name} has ${difference} ${word} than ${one.name}.`,
      `${other.name} has ${difference} ${word} ${items} than ${one.pronoun === 'he' ? 'him' : 'her'}.`,
    ]),
    together
      ? forms.choose('together', [
          `How many ${items} do they have together?`,
          `How many ${items} do they have in total?`,
          `How many ${items} do ${one.name} and ${other.name} have together?`,
          `How many ${items} do they have altogether?`,
        ])
      : forms.choose('single', [
          `How many ${items} does ${other.name} have?`,
          `How many does ${other.name} have?`,
        ]),
  ];
  forms.note(word);
  const lead = `${other.name} has ${difference} ${word}, so ${other.name} has`;
  const steps = [step(lead, told(base), more ? '+' : '-', told(difference), items)];
  if (together) steps.push(step('Together they have', told(base), '+', { step: 0 }, items));
  const template = forms.template('compare');
  return {
    question: sentences.join(' '),
    steps,
    taught: steps,
    family: 'compare',
    operands: [base, difference],
    template,
  };
}

/** Things of several sorts in one place: their total. */
export function tellParts({ random, theme, flaw, invented }: StoryOptions): Story {
  const forms = createForms(random);
  const items = pickItems(random, { theme, invented });
  const container = flaw === 'reversed' ? REVERSING_CONTAINER : random.pick(CONTAINERS);
  const sorts = pickDistinct(random, COLOURS, random.chance(0.6) ? 2 : 3);
  const parts = sorts.map((sort) => ({ sort, count: smallNumber(random) }));
  const [who] = pickPeople(random, invented);
  const phrases = parts.map(({ sort, count }) => `${count} ${sort} ${items}`);
  const listed = `${phrases.slice(0, -1).join(', ')} and ${phrases.at(-1)}`;
  forms.note(`${parts.length} ${sorts.join(' ')} ${container}`);
  const sentences = [
    forms.choose('opening', [
      `A ${container} holds ${listed}.`,
      `There are ${listed} in the ${container}.`,
      `There are ${listed} in a ${container}.`,
      `${who.name} puts ${listed} into a ${container}.`,
      `${who.name} has a ${container} with ${listed}.`,
    ]),
    forms.choose('question', [
      `How many ${items} are there in total?`,
      `How many ${items} are in the ${container}?`,
      `How many ${items} are there altogether?`,
      `How many ${items} is that in all?`,
      `What is the total number of ${items}?`,
    ]),
  ];
  const computation = flaw === 'reversed' ? 'reversed' : 'right';
  const build = (list: Step[], wrong: Step['computation']) => {
    parts.slice(1).forEach(({ sort, count }, index) => {
      const lead =
        index === 0 ? `The ${sorts[0]} and ${sort} ${items} make` : `With the ${sort} ones that makes`;
      const left = index === 0 ? told(parts[0]?.count ?? 0) : { step: index - 1 };
      const last = index === parts.length - 2;
      list.push({
        lead,
        left,
        op: '+',
        right: told(count),
        unit: items,
        computation: last ? wrong : 'right',
      });
    });
    return list;
  };
  return {
    question: sentences.join(' '),
    steps: build([], 'right'),
    taught: build([], computation),
    family: 'parts',
    operands: parts.map((part) => part.count),
    template: forms.template('parts'),
  };
}

function step(lead: string, left: Step['left'], op: '+' | '-', right: Step['right'], unit: string): Step {
  return { lead, left, op, right, unit, computation: 'right' };
}

function pickDistinct<T>(random: Random, items: readonly T[], count: number): T[] {
  const rest = [...items];
  return Array.from({ length: count }, () => {
    const item = random.pick(rest);
    rest.splice(rest.indexOf(item), 1);
    return item;
  });
}
