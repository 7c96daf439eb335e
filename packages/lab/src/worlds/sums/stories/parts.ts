import type { Random } from '../../random.ts';
import type { Step } from '../problem.ts';
import { COLOURS, CONTAINERS, pickItems, pickPeople, REVERSING_CONTAINER } from '../words.ts';
import { createForms, type Story, type StoryOptions, smallNumber, told } from './story.ts';

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

function pickDistinct<T>(random: Random, items: readonly T[], count: number): T[] {
  const rest = [...items];
  return Array.from({ length: count }, () => {
    const item = random.pick(rest);
    rest.splice(rest.indexOf(item), 1);
    return item;
  });
}
