import { FILLED, pickPeople, RECEIVERS } from '../words.ts';
import { tellComparison } from './openings.ts';
import { inTense, isClear, isNamed, pickApartFrom, type Scene, subjectOf, thingsOf } from './scene.ts';

/**
 * How a story ends: with the count; shared out, asking what each gets; packed, asking how many packs that makes; compared
 * with somebody else's, asking for theirs or for both; or with both counts of the comparison it began with.
 */
export const CLOSINGS = ['count', 'each', 'packed', 'compared', 'together', 'both'] as const;
export type Closing = (typeof CLOSINGS)[number];

/** Steps a closing takes. */
export const CLOSING_STEPS: Record<Closing, number> = {
  count: 0,
  each: 1,
  packed: 1,
  compared: 1,
  together: 2,
  both: 1,
};

/** Tells the ending, question included. */
export function closeStory(scene: Scene, closing: Closing): void {
  scene.telling.note(closing);
  switch (closing) {
    case 'count':
      return scene.owner ? askOwned(scene) : askPlaced(scene);
    case 'each':
      return closeEach(scene);
    case 'packed':
      return closePacked(scene);
    case 'compared':
    case 'together':
      return closeCompared(scene, closing);
    case 'both':
      return closeBoth(scene);
  }
}

const operationsOf = ({ telling }: Scene) => telling.moves.flatMap(({ right }) => right?.op ?? []);

/** Whether things became fewer last, so that some are "left". */
const isLess = (scene: Scene) => ['-', '÷'].includes(operationsOf(scene).at(-1) ?? '');

function askOwned(scene: Scene): void {
  const { telling, items, owner } = scene;
  if (!owner) return;
  const { name, pronoun } = owner;
  const less = isLess(scene);
  const named = [
    `How many ${items} does ${name} have now?`,
    `How many ${items} does ${name} have in the end?`,
    `How many does ${name} have now?`,
    `Now how many ${items} does ${name} have?`,
    `How many ${items} does ${name} have ${less ? 'left' : 'altogether'}?`,
  ];
  if (!isClear(scene)) return telling.say(telling.choose('question', named));
  telling.say(
    telling.choose('question', [
      ...named,
      `How many ${items} does ${name} have now?`,
      less ? `How many ${items} are left?` : `How many ${items} does ${name} have in total?`,
      `How many ${items} are there now?`,
      `How many ${items} does ${name} have?`,
      less ? `How many ${items} does ${pronoun} still have?` : `How many ${items} does ${pronoun} have?`,
    ]),
  );
}

function askPlaced(scene: Scene): void {
  const { telling, items } = scene;
  const less = isLess(scene);
  const isTotal = operationsOf(scene).every((op) => op === '+');
  telling.say(
    telling.choose('question', [
      `How many ${items} are there now?`,
      `How many ${items} are there in the end?`,
      less ? `How many ${items} are left?` : `How many ${items} are there altogether?`,
      less ? `How many ${items} are still there?` : `How many ${items} is that in all?`,
      isTotal ? `What is the total number of ${items}?` : `Now how many ${items} are there?`,
    ]),
  );
}

function closeEach(scene: Scene): void {
  const { telling, items, owner } = scene;
  const context = telling.context('subtracted');
  const divisor = telling.number('divisor');
  const { one, many } = telling.choose('receivers', RECEIVERS);
  const n = divisor.text;
  const [active, passive] = context
    ? [inTense(scene, 'splits', 'split'), 'split']
    : telling.choose('sharing', [
        [inTense(scene, 'shares', 'shared'), 'shared'] as const,
        [inTense(scene, 'divides', 'divided'), 'divided'] as const,
      ]);
  telling.note(active);
  const are = inTense(scene, 'are', 'were');
  const who = subjectOf(scene, 'inner');
  const things = thingsOf(scene);
  telling.say(
    owner
      ? telling.choose('each', [
          `In the end ${who} ${active} all ${things} equally among ${n} ${many}.`,
          `${subjectOf(scene, 'first')} ${active} ${things} equally among ${n} ${many}.`,
          `Then ${who} ${active} ${things} equally among ${n} ${many}.`,
        ])
      : telling.choose('each', [
          `In the end all the ${items} ${are} ${passive} equally among ${n} ${many}.`,
          `The ${items} ${are} ${passive} equally among ${n} ${many}.`,
          `Then ${things} ${are} ${passive} equally among ${n} ${many}.`,
        ]),
  );
  telling.say(
    telling.choose('question', [
      `How many ${items} does each ${one} get?`,
      `How many ${items} does every ${one} get?`,
      `How many does each ${one} get?`,
      `How many ${items} are there for each ${one}?`,
    ]),
  );
  telling.reckon({ lead: `Each of the ${n} ${many} gets`, op: '÷', right: divisor, unit: items }, context);
}

function closePacked(scene: Scene): void {
  const { telling, items, owner } = scene;
  const context = telling.context('subtracted');
  const size = telling.number('divisor');
  const noun = pickApartFrom(scene, FILLED);
  const n = size.text;
  const [active, passive] = context
    ? [inTense(scene, 'splits', 'split'), 'split']
    : [inTense(scene, 'puts', 'put'), 'put'];
  telling.note(active);
  const are = inTense(scene, 'are', 'were');
  const who = subjectOf(scene, 'inner');
  const things = thingsOf(scene);
  telling.say(
    owner
      ? telling.choose('packed', [
          `Then ${who} ${active} all ${things} into ${noun} of ${n}.`,
          `In the end ${who} ${active} ${things} into ${noun} of ${n} each.`,
          `${subjectOf(scene, 'first')} ${active} all of ${things} into ${noun} of ${n}.`,
        ])
      : telling.choose('packed', [
          `Then all the ${items} ${are} ${passive} into ${noun} of ${n}.`,
          `In the end the ${items} ${are} ${passive} into ${noun} of ${n} each.`,
          `The ${items} ${are} all ${passive} into ${noun} of ${n}.`,
        ]),
  );
  telling.say(
    telling.choose('question', [
      `How many ${noun} are there?`,
      `How many ${noun} does that make?`,
      `How many ${noun} is that?`,
    ]),
  );
  telling.reckon({ lead: `In ${noun} of ${n} that makes`, op: '÷', right: size, unit: noun }, context);
}

function closeCompared(scene: Scene, closing: 'compared' | 'together'): void {
  const { telling, items, owner, other, invented } = scene;
  if (!owner) return;
  let [third] = pickPeople(telling.random, invented);
  while (third.name === owner.name || third.name === other.name)
    [third] = pickPeople(telling.random, invented);
  tellComparison(scene, { one: owner, other: third, into: closing === 'compared' ? 'total' : 'part' });
  if (closing === 'together') {
    telling.reckon({ lead: 'Together they have', op: '+', right: 'part', unit: items });
    return askTogether(scene, { other: third.name, others: isNamed(scene) });
  }
  telling.say(
    telling.choose('question', [
      `How many ${items} does ${third.name} have?`,
      `How many does ${third.name} have?`,
      `How many ${items} does ${third.name} have now?`,
    ]),
  );
}

function closeBoth(scene: Scene): void {
  const { telling, items, other, base } = scene;
  if (base === null) return;
  telling.reckon({ lead: 'Together they have', left: { slot: base }, op: '+', right: 'total', unit: items });
  askTogether(scene, { other: other.name, others: false });
}

/** Asks for both counts; `others` tells that more than two people have some, so that "they" is unclear. */
function askTogether(
  { telling, items, owner }: Scene,
  { other, others }: { other: string; others: boolean },
): void {
  const both = `${owner?.name ?? 'they'} and ${other}`;
  telling.say(
    telling.choose('together', [
      `How many ${items} do ${both} have together?`,
      `How many ${items} do ${both} have in total?`,
      ...(others
        ? []
        : [
            `How many ${items} do they have together?`,
            `How many ${items} do they have in total?`,
            `How many ${items} do they have altogether?`,
          ]),
    ]),
  );
}
