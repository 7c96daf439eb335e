import type { Step } from '../problem.ts';
import { CONTAINERS, pickItems } from '../words.ts';
import { createForms, type Story, type StoryOptions, smallNumber, startNumber, step, told } from './story.ts';

const ARRIVALS = ['arrive', 'are added', 'are brought', 'come'] as const;
const LEAVINGS = [
  'are taken away',
  'are sold',
  'leave',
  'are broken',
  'are used',
  'go away',
  'fall down',
] as const;
const PLACES = [
  'on the table',
  'on a shelf',
  'in the yard',
  'in a tree',
  'in the garden',
  'on the floor',
] as const;

/** Things in a place, some of which come and go; nobody owns them. */
export function tellPlace({ random, theme, invented }: StoryOptions): Story {
  const forms = createForms(random);
  const items = pickItems(random, { theme, invented });
  const place = random.chance(0.7) ? random.pick(PLACES) : `in a ${random.pick(CONTAINERS)}`;
  const past = random.chance(0.5);
  const start = startNumber(random);
  const sentences = [
    forms.choose('opening', [
      `There ${past ? 'were' : 'are'} ${start} ${items} ${place}.`,
      `In the morning there ${past ? 'were' : 'are'} ${start} ${items} ${place}.`,
    ]),
  ];
  const operands = [start];
  const steps: Step[] = [];
  const length = random.pick([1, 1, 2]);
  for (let index = 0; index < length; index += 1) {
    const gain = random.chance(0.35);
    const verb = gain ? random.pick(ARRIVALS) : random.pick(LEAVINGS);
    const count = smallNumber(random);
    forms.note(verb);
    const what = gain ? `${count} more` : `${count}`;
    const named = forms.choose('named', [`${what} ${items}`, `${what} ${items}`, what]);
    sentences.push(
      forms.choose('event', [
        `Then ${named} ${verb}.`,
        `${named} ${verb}.`,
        `Later ${named} ${verb}.`,
        `After that, ${named} ${verb}.`,
      ]),
    );
    operands.push(count);
    const left = index === 0 ? told(start) : { step: index - 1 };
    steps.push(step(`${what} ${verb}, so there are`, left, gain ? '+' : '-', told(count), items));
  }
  sentences.push(
    forms.choose('question', [
      `How many ${items} are there now?`,
      `How many ${items} are left?`,
      `How many are there now?`,
    ]),
  );
  const template = forms.template('place');
  return { question: sentences.join(' '), steps, taught: steps, family: 'place', operands, template };
}
