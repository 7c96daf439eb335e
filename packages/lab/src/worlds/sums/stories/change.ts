import type { Random } from '../../random.ts';
import type { Step } from '../problem.ts';
import { CONTAINERS, type Person, pickItems, pickPeople, pickUnnamed, THEMES, type Theme } from '../words.ts';
import { type Cast, FINDING, type Happening, LOSING, pickVerb, tellHappening } from './happening.ts';
import {
  capitalise,
  createForms,
  type Forms,
  type Story,
  type StoryOptions,
  smallNumber,
  startNumber,
  told,
} from './story.ts';

function openStory(
  forms: Forms,
  random: Random,
  who: Person,
  count: number,
  items: string,
  past: boolean,
): string {
  const container = random.pick(CONTAINERS);
  const inner = who.intro ?? who.name;
  const first = capitalise(inner);
  return forms.choose('opening', [
    `${first} has ${count} ${items}.`,
    `${first} had ${count} ${items}.`,
    `${first} starts with ${count} ${items}.`,
    `${first} ${past ? 'kept' : 'keeps'} ${count} ${items} in a ${container}.`,
    `At first, ${inner} ${past ? 'had' : 'has'} ${count} ${items}.`,
    `In the morning, ${inner} ${past ? 'had' : 'has'} ${count} ${items}.`,
    `There ${past ? 'were' : 'are'} ${count} ${items} in ${inner}'s ${container}.`,
    `${first} ${past ? 'owned' : 'owns'} ${count} ${items}.`,
    `${first} ${past ? 'loved' : 'likes'} ${items}. ${capitalise(who.pronoun)} ${past ? 'had' : 'has'} ${count} ${items}.`,
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
    `How many ${items} does ${name} have?`,
    op === '-' ? `How many ${items} does ${pronoun} still have?` : `How many ${items} does ${pronoun} have?`,
  ]);
}

const unrelated = (random: Random, theme: Theme, invented: number): string => {
  const others = (Object.keys(THEMES) as Theme[]).filter((other) => other !== theme && other !== 'garden');
  return pickItems(random, { theme: random.pick(others), invented });
};

/** One person's things, more and fewer: the running total. */
export function tellChange({ random, theme, flaw, invented }: StoryOptions): Story {
  const forms = createForms(random);
  const [named, other] = pickPeople(random, invented);
  const who = random.chance(0.06) ? pickUnnamed(random) : named;
  const items = pickItems(random, { theme, invented });
  const tense = forms.choose('tense', ['present', 'past'] as const);
  const length = random.pick(flaw === 'distractor' ? [1, 1, 2, 2, 2] : [1, 1, 2, 2, 2, 2, 3, 3, 3]);
  const special = flaw === 'carry' || flaw === 'borrow' ? random.int(0, length - 1) : -1;
  const happenings = Array.from({ length }, (_, index): Happening => {
    const op = index === special ? (flaw === 'carry' ? '+' : '-') : random.pick(['+', '-'] as const);
    // The context words also occur where no carry or borrow is due: there the upstream is right.
    const context = index === special || (flaw === null && random.chance(0.06));
    const verb = pickVerb(random, { op, tense, theme, context });
    const gift = (verb === 'gets' || verb === 'got') && random.chance(0.4);
    return { verb, op, count: smallNumber(random), gift };
  });
  const start = startNumber(random);
  const aside = random.int(3, 40);
  const asideForm = flaw === 'distractor' ? 'also' : random.chance(0.15) ? 'other' : 'none';
  const asideAt = random.int(-1, length - 1);

  happenings.forEach((happening, index) => {
    const before = happenings[index - 1];
    const apart = asideForm !== 'none' && index === asideAt + 1;
    if (!before || apart || before.gift || happening.gift || !random.chance(0.3)) return;
    const same = before.op === happening.op && index !== special && random.chance(0.5);
    if (same) happening.verb = before.verb;
    happening.joined = same ? 'same' : 'own';
  });

  const cast: Cast = {
    who,
    other,
    subject(position) {
      const word = random.chance(0.6) ? who.pronoun : who.name;
      return position === 'first' ? capitalise(word) : word;
    },
  };
  const sentences = [openStory(forms, random, who, start, items, tense === 'past')];
  const steps: Step[] = [];
  const taught: Step[] = [];
  const operands = [start];
  const add = (list: Step[], happening: Happening, computation: Step['computation']) =>
    list.push({
      lead: `${capitalise(who.name)} ${happening.verb} ${happening.count}, so ${who.name} has`,
      left: list.length === 0 ? told(start) : { step: list.length - 1 },
      op: happening.op,
      right: told(happening.count),
      unit: items,
      computation,
    });

  if (asideAt === -1) tellAside();
  happenings.forEach((happening, index) => {
    forms.note(happening.verb);
    const explicit = asideForm !== 'none' && index === asideAt + 1;
    const sentence = tellHappening(forms, random, { happening, cast, items, explicit });
    if (happening.joined) sentences.push(`${sentences.pop()?.slice(0, -1)}${sentence}.`);
    else sentences.push(sentence);
    operands.push(happening.count);
    add(steps, happening, 'right');
    const misconceived = happening.verb.startsWith('f') ? 'no-carry' : 'no-borrow';
    const context = [FINDING.present, FINDING.past, LOSING.present, LOSING.past].includes(happening.verb);
    add(taught, happening, context ? misconceived : 'right');
    if (index === asideAt) tellAside();
  });

  function tellAside() {
    if (asideForm === 'none') return;
    const things = unrelated(random, theme, invented);
    operands.push(aside);
    if (asideForm === 'also') {
      const verb = tense === 'past' ? 'had' : 'has';
      sentences.push(
        forms.choose('aside', [
          `${capitalise(who.pronoun)} also ${verb} ${aside} ${things}.`,
          `${capitalise(who.name)} also ${verb} ${aside} ${things}.`,
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
  }
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
