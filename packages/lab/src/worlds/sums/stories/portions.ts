import { capitalise } from '../../../capitalise.ts';
import { DAYS, type Person } from '../words.ts';
import { someone } from './change.ts';
import { holds, inTense, isNamed, type Scene, startSentence, subjectOf, theirOf, thingsOf } from './scene.ts';

/** The things become several times as many, or a part of them: one step of × or ÷. */
export function tellPortion(scene: Scene): null {
  const { telling, owner } = scene;
  const kind = telling.choose('portion', ['multiple', 'half', 'share', 'share', 'share'] as const);
  if (kind === 'multiple') tellMultiple(scene);
  else if (!owner) tellHalfGone(scene);
  else if (kind === 'half') tellHalfGiven(scene, owner);
  else tellShareKept(scene, owner);
  return null;
}

function tellMultiple(scene: Scene): void {
  const { telling, items, owner } = scene;
  const start = startSentence(telling, DAYS);
  const the = start === '' ? 'The' : 'the';
  const kind = telling.choose('multiple', ['doubles', 'triples', 'times'] as const);
  if (kind === 'times') {
    const factor = telling.number('factor');
    const has = owner
      ? `${subjectOf(scene, start === '' ? 'first' : 'inner')} ${inTense(scene, 'has', 'had')}`
      : `${start === '' ? 'There' : 'there'} ${inTense(scene, 'are', 'were')}`;
    telling.say(`${start}${has} ${factor.text} times as many ${items} as before.`);
    const lead = `That is ${factor.text} times as many, so ${holds(scene)}`;
    return telling.reckon({ lead, op: '×', right: factor, unit: items });
  }
  const verb = inTense(scene, kind, `${kind.slice(0, -1)}d`);
  telling.say(
    telling.choose('number', [
      owner && isNamed(scene)
        ? `${start}${the} number of ${owner.name}'s ${items} ${verb}.`
        : `${start}${the} number of ${items} ${verb}.`,
      owner
        ? `${start}${start === '' ? capitalise(owner.name) : owner.name} ${verb} ${theirOf(owner)} number of ${items}.`
        : `${start}${the} number of ${items} there ${verb}.`,
    ]),
  );
  const right = { told: kind === 'doubles' ? 2 : 3 };
  telling.reckon({ lead: `The number ${kind}, so ${holds(scene)}`, op: '×', right, unit: items });
}

function tellHalfGiven(scene: Scene, owner: Person): void {
  const { telling, items } = scene;
  const start = startSentence(telling, DAYS);
  const who = subjectOf(scene, start === '' ? 'first' : 'inner');
  const [verb, end] = telling.choose('halving', [
    [inTense(scene, 'gives', 'gave'), ` to ${someone(scene, 0.6)}`],
    [inTense(scene, 'sells', 'sold'), ''],
    [inTense(scene, 'uses', 'used'), ''],
  ]);
  telling.say(`${start}${who} ${verb} half of ${thingsOf(scene)}${end}.`);
  const lead = `${capitalise(owner.name)} ${verb} half, so ${holds(scene)}`;
  telling.reckon({ lead, op: '÷', right: { told: 2 }, unit: items });
}

function tellHalfGone(scene: Scene): void {
  const { telling, items } = scene;
  const start = startSentence(telling, DAYS);
  const verb = telling.choose('halving', [
    inTense(scene, 'are sold', 'were sold'),
    inTense(scene, 'are taken away', 'were taken away'),
    inTense(scene, 'are used', 'were used'),
  ]);
  telling.say(`${start}${start === '' ? 'Half' : 'half'} of the ${items} ${verb}.`);
  const lead = `Half of them ${verb}, so ${holds(scene)}`;
  telling.reckon({ lead, op: '÷', right: { told: 2 }, unit: items });
}

function tellShareKept(scene: Scene, owner: Person): void {
  const { telling, items } = scene;
  const context = telling.context('subtracted');
  const start = startSentence(telling, DAYS);
  const who = subjectOf(scene, start === '' ? 'first' : 'inner');
  const divisor = telling.number('divisor');
  const verb = context
    ? inTense(scene, 'splits', 'split')
    : telling.choose('dividing', [inTense(scene, 'divides', 'divided'), inTense(scene, 'sorts', 'sorted')]);
  telling.note(verb);
  const part = telling.choose('share', ['pile', 'part', 'heap', 'share'] as const);
  const keeps = inTense(scene, 'keeps', 'kept');
  telling.say(
    telling.choose('sharing', [
      `${start}${who} ${verb} ${thingsOf(scene)} into ${divisor.text} equal ${part}s and ${keeps} one ${part}.`,
      `${start}${who} ${verb} all ${thingsOf(scene)} into ${divisor.text} equal ${part}s. ${capitalise(owner.name)} ${keeps} only one ${part}.`,
      `${start}${who} ${verb} ${thingsOf(scene)} equally into ${divisor.text} ${part}s and ${keeps} one of them.`,
    ]),
  );
  const lead = `${capitalise(owner.name)} ${keeps} one of ${divisor.text} ${part}s, so ${holds(scene)}`;
  telling.reckon({ lead, op: '÷', right: divisor, unit: items }, context);
}
