import { DAYS, GROUPS, MISTAUGHT_GROUPS } from '../words.ts';
import { reckonProduct } from './openings.ts';
import { holds, inTense, pickApartFrom, type Scene, startSentence, subjectOf } from './scene.ts';

const BUYING = [
  ['buys', 'bought'],
  ['gets', 'got'],
  ['brings', 'brought'],
  ['adds', 'added'],
  ['makes', 'made'],
] as const;
const SELLING = [
  ['sells', 'sold'],
  ['gives away', 'gave away'],
  ['uses', 'used'],
  ['sends away', 'sent away'],
] as const;
const BEING_BROUGHT = [
  ['are brought', 'were brought'],
  ['are added', 'were added'],
  ['arrive', 'arrived'],
] as const;
const BEING_SOLD = [
  ['are sold', 'were sold'],
  ['are taken away', 'were taken away'],
  ['are used', 'were used'],
] as const;

/** Several packs of so many each come or go: two steps, what they make and what that leaves. */
export function tellPacks(scene: Scene): null {
  const { telling, items, owner } = scene;
  const { random } = telling;
  const op = random.chance(0.7) ? '+' : '-';
  const context = telling.context('added');
  const noun = context ? MISTAUGHT_GROUPS : pickApartFrom(scene, GROUPS);
  const [groups, size] = [telling.number('groups'), telling.number('size')];
  const more = op === '+' ? telling.choose('more', ['', ' more']) : '';
  const packs = telling.choose('packs', [
    `${groups.text}${more} ${noun} of ${size.text} ${items}`,
    `${groups.text}${more} ${noun} with ${size.text} ${items} each`,
    `${groups.text}${more} ${noun} with ${size.text} ${items} in each`,
    `${groups.text}${more} ${noun} of ${size.text} ${items} each`,
  ]);
  telling.note(noun);
  const start = startSentence(telling, DAYS);
  const [personal, passive] = op === '+' ? [BUYING, BEING_BROUGHT] : [SELLING, BEING_SOLD];
  const [present, past] = telling.choose<readonly [string, string]>('packing', owner ? personal : passive);
  const verb = inTense(scene, present, past);
  telling.say(
    owner
      ? `${start}${subjectOf(scene, start === '' ? 'first' : 'inner')} ${verb} ${packs}.`
      : `${start}${packs} ${verb}.`,
  );
  reckonProduct(scene, { size, groups, noun, into: 'part' }, context);
  const lead = `${op === '+' ? 'With' : 'Without'} the ${noun}, ${holds(scene)}`;
  telling.reckon({ lead, op, right: 'part', unit: items });
  return null;
}
