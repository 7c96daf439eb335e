import type { Person } from '../words.ts';
import { inTense, type Scene } from './scene.ts';
import { draftStep } from './telling.ts';

const GIVING = [
  ['gives', 'gave'],
  ['hands', 'handed'],
  ['sends', 'sent'],
  ['passes', 'passed'],
] as const;
const LENDING = ['lends', 'lent'] as const;

/** Two people, one of whom gives to the other; the story goes on with one of them. */
export function openTransfer(scene: Scene, giver: Person): Scene {
  const { telling, items, other: taker } = scene;
  const { random } = telling;
  const context = telling.context('swap');
  const [present, past] = context ? LENDING : telling.choose('verb', GIVING);
  const verb = inTense(scene, present, past);
  const has = inTense(scene, 'has', 'had');
  const [givers, takers] = [telling.number('start'), telling.number('start')];
  const owners = [`${giver.name} ${has} ${givers.text}`, `${taker.name} ${has} ${takers.text}`];
  // Who gives must not be told by who is named first.
  if (random.chance(0.5)) {
    telling.note('taker first');
    owners.reverse();
  }
  const [first = '', second = ''] = owners;
  telling.say(
    telling.choose('opening', [
      `${first} ${items} and ${second} ${items}.`,
      `${first} ${items}. ${second} ${items}.`,
      `${first} ${items} and ${second}.`,
    ]),
  );
  const moved = telling.number('change');
  telling.note(verb);
  telling.say(
    telling.choose('transfer', [
      `${giver.name} ${verb} ${moved.text} ${items} to ${taker.name}.`,
      `${giver.name} ${verb} ${taker.name} ${moved.text} ${items}.`,
      `Then ${giver.name} ${verb} ${moved.text} of them to ${taker.name}.`,
      `After lunch, ${giver.name} ${verb} ${taker.name} ${moved.text} of the ${items}.`,
    ]),
  );
  const giving = draftStep({
    lead: `${giver.name} ${verb} ${moved.text}, so ${giver.name} has`,
    left: givers,
    op: '-',
    right: moved,
    unit: items,
  });
  const taking = draftStep({
    lead: `${taker.name} gets ${moved.text}, so ${taker.name} has`,
    left: takers,
    op: '+',
    right: moved,
    unit: items,
  });
  const asksGiver = random.chance(0.5);
  telling.note(asksGiver ? 'giver' : 'taker');
  const [right, wrong] = asksGiver ? [giving, taking] : [taking, giving];
  telling.move({ right, taught: context ? wrong : right, context, beside: wrong });
  return asksGiver
    ? { ...scene, owner: giver, other: taker, start: givers.slot }
    : { ...scene, owner: taker, other: giver, start: takers.slot };
}
