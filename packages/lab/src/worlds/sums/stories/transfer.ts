import { pickItems, pickPeople } from '../words.ts';
import { type Cast, pickVerb, tellHappening } from './happening.ts';
import { createForms, type Story, type StoryOptions, smallNumber, startNumber, step, told } from './story.ts';

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
  const owners = [`${giver.name} ${has} ${first}`, `${taker.name} ${has} ${second}`];
  // Who gives must not be told by who is named first.
  const takerFirst = random.chance(0.5);
  if (takerFirst) {
    forms.note('taker first');
    owners.reverse();
  }
  const opening = forms.choose('opening', [
    `${owners[0]} ${items} and ${owners[1]} ${items}.`,
    `${owners[0]} ${items}. ${owners[1]} ${items}.`,
    `${owners[0]} ${items} and ${owners[1]}.`,
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
  const operands = takerFirst ? [second, first, moved] : [first, second, moved];
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
