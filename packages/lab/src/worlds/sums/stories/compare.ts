import { CONTAINERS, pickItems, pickPeople } from '../words.ts';
import { createForms, type Story, type StoryOptions, smallNumber, startNumber, step, told } from './story.ts';

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
