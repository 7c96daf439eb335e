import { capitalise } from '../../../capitalise.ts';
import type { Opening } from '../problem.ts';
import {
  COLOURS,
  CONTAINERS,
  GROUPS,
  MISTAUGHT_GROUPS,
  type Person,
  pickItems,
  pickPeople,
  pickUnnamed,
  PLACES,
  REVERSING_CONTAINER,
  type Theme,
} from '../words.ts';
import { inTense, pickApartFrom, type Scene } from './scene.ts';
import { type Context, type Slot, type Telling } from './telling.ts';
import { openTransfer } from './transfer.ts';

interface SceneOptions {
  telling: Telling;
  opening: Opening;
  theme: Theme;
  invented: number;
}

/** Tells how a story begins, and the steps that take. */
export function openScene({ telling, opening, theme, invented }: SceneOptions): Scene {
  const { random } = telling;
  telling.note(opening);
  const [named, other] = pickPeople(random, invented);
  const who =
    random.chance(0.06) && opening !== 'compare' && opening !== 'transfer' ? pickUnnamed(random) : named;
  const inPlace = opening === 'place' || opening === 'sorts' || (opening === 'groups' && random.chance(0.25));
  const scene: Scene = {
    telling,
    theme,
    invented,
    items: pickItems(random, { theme, invented }),
    owner: inPlace ? null : who,
    other,
    tense: telling.choose('tense', ['present', 'past'] as const),
    opening,
    start: 0,
    base: null,
  };
  switch (opening) {
    case 'count':
      return openCount(scene, who);
    case 'place':
      return openPlace(scene);
    case 'groups':
      return openGroups(scene, who);
    case 'sorts':
      return openSorts(scene, who);
    case 'compare':
      return openCompare(scene, who);
    case 'transfer':
      return openTransfer(scene, who);
  }
}

const introOf = (who: Person) => who.intro ?? who.name;

function openCount(scene: Scene, who: Person): Scene {
  const { telling, items } = scene;
  const container = telling.random.pick(CONTAINERS);
  const count = telling.number('start').text;
  const inner = introOf(who);
  const first = capitalise(inner);
  const has = inTense(scene, 'has', 'had');
  telling.say(
    telling.choose('opening', [
      `${first} ${has} ${count} ${items}.`,
      `${first} ${has} ${count} ${items}.`,
      `${first} ${inTense(scene, 'starts', 'started')} with ${count} ${items}.`,
      `${first} ${inTense(scene, 'keeps', 'kept')} ${count} ${items} in a ${container}.`,
      `At first, ${inner} ${has} ${count} ${items}.`,
      `In the morning, ${inner} ${has} ${count} ${items}.`,
      `There ${inTense(scene, 'are', 'were')} ${count} ${items} in ${inner}'s ${container}.`,
      `${first} ${inTense(scene, 'owns', 'owned')} ${count} ${items}.`,
      `${first} ${inTense(scene, 'likes', 'loved')} ${items}. ${capitalise(who.pronoun)} ${has} ${count} ${items}.`,
    ]),
  );
  return scene;
}

function openPlace(scene: Scene): Scene {
  const { telling, items } = scene;
  const count = telling.number('start').text;
  const are = inTense(scene, 'are', 'were');
  const place = telling.random.pick(PLACES);
  telling.say(
    telling.choose('opening', [
      `There ${are} ${count} ${items} ${place}.`,
      `In the morning there ${are} ${count} ${items} ${place}.`,
      `${count} ${items} ${are} ${place}.`,
    ]),
  );
  return scene;
}

function openGroups(scene: Scene, who: Person): Scene {
  const { telling, items, owner } = scene;
  const context = telling.context('added');
  const noun = context ? MISTAUGHT_GROUPS : pickApartFrom(scene, GROUPS);
  const [size, groups] = [telling.number('size'), telling.number('groups')];
  const [each, many] = [size.text, groups.text];
  const inner = introOf(who);
  const first = capitalise(inner);
  const place = telling.random.pick(PLACES);
  const [has, are] = [inTense(scene, 'has', 'had'), inTense(scene, 'are', 'were')];
  telling.note(noun);
  telling.say(
    owner
      ? telling.choose('opening', [
          `${first} ${has} ${many} ${noun} of ${each} ${items}.`,
          `${first} ${has} ${many} ${noun} with ${each} ${items} each.`,
          `${first} ${has} ${many} ${noun} with ${each} ${items} in each.`,
          `${first} ${inTense(scene, 'makes', 'made')} ${many} ${noun} of ${each} ${items}.`,
          `There ${are} ${each} ${items} in each of ${inner}'s ${many} ${noun}.`,
          `${first} ${has} ${many} ${noun}. There ${are} ${each} ${items} in each.`,
          `${first} ${inTense(scene, 'puts', 'put')} ${each} ${items} in each of ${many} ${noun}.`,
        ])
      : telling.choose('opening', [
          `There ${are} ${many} ${noun} of ${each} ${items} ${place}.`,
          `There ${are} ${many} ${noun} ${place}. Each ${has} ${each} ${items}.`,
          `${capitalise(place)} there ${are} ${many} ${noun} with ${each} ${items} each.`,
        ]),
  );
  reckonProduct(scene, { size, groups, noun, into: 'total' }, context);
  return { ...scene, start: size.slot };
}

interface Product {
  size: Slot;
  groups: Slot;
  noun: string;
  into: 'total' | 'part';
}

/** The step "4 boxes of 12 make 12 × 4 = 48 apples." */
export function reckonProduct(
  { telling, items }: Scene,
  { size, groups, noun, into }: Product,
  context: Context | null,
): void {
  const lead = `${groups.text} ${noun} of ${size.text} make`;
  telling.reckon({ lead, left: size, op: '×', right: groups, unit: items, into }, context);
}

function openSorts(scene: Scene, who: Person): Scene {
  const { telling, items } = scene;
  const { random } = telling;
  const context = telling.context('reversed');
  const container = context ? REVERSING_CONTAINER : telling.choose('container', CONTAINERS);
  const parts = pickDistinct(random, COLOURS, random.chance(0.6) ? 2 : 3).map((sort, index) => ({
    sort,
    count: telling.number(index === 0 ? 'start' : 'change'),
  }));
  telling.note(`${parts.length}${container}`);
  const phrases = parts.map(({ sort, count }) => `${count.text} ${sort} ${items}`);
  const listed = `${phrases.slice(0, -1).join(', ')} and ${phrases.at(-1) ?? ''}`;
  const are = inTense(scene, 'are', 'were');
  const first = capitalise(introOf(who));
  telling.say(
    telling.choose('opening', [
      `A ${container} ${inTense(scene, 'holds', 'held')} ${listed}.`,
      `There ${are} ${listed} in the ${container}.`,
      `There ${are} ${listed} in a ${container}.`,
      `${first} ${inTense(scene, 'puts', 'put')} ${listed} into a ${container}.`,
      `${first} ${inTense(scene, 'has', 'had')} a ${container} with ${listed}.`,
    ]),
  );
  parts.slice(1).forEach(({ sort, count }, index) => {
    const lead =
      index === 0
        ? `The ${parts[0]?.sort ?? ''} and ${sort} ${items} make`
        : `With the ${sort} ones that makes`;
    const last = index === parts.length - 2;
    telling.reckon({ lead, op: '+', right: count, unit: items }, last ? context : null);
  });
  return scene;
}

function pickDistinct<T>(random: Telling['random'], items: readonly T[], count: number): T[] {
  const rest = [...items];
  return Array.from({ length: count }, () => {
    const item = random.pick(rest);
    rest.splice(rest.indexOf(item), 1);
    return item;
  });
}

function openCompare(scene: Scene, one: Person): Scene {
  const { telling, items, other } = scene;
  const base = telling.number('start');
  const has = inTense(scene, 'has', 'had');
  telling.say(
    telling.choose('opening', [
      `${one.name} ${has} ${base.text} ${items}.`,
      `There ${inTense(scene, 'are', 'were')} ${base.text} ${items} in ${one.name}'s ${telling.random.pick(CONTAINERS)}.`,
      `${one.name} ${inTense(scene, 'owns', 'owned')} ${base.text} ${items}.`,
      `${one.name} collected ${base.text} ${items}.`,
    ]),
  );
  tellComparison(scene, { one, other, into: 'total' });
  return { ...scene, owner: other, other: one, base: base.slot };
}

/** "Ann has 3 times as many as Tom": a step from the running total. */
export function tellComparison(
  scene: Scene,
  { one, other, into }: { one: Person; other: Person; into: 'total' | 'part' },
): void {
  const { telling, items } = scene;
  const closes = scene.base === null && scene.opening !== 'compare';
  const has = `${closes ? 'now ' : ''}${inTense(scene, 'has', 'had')}`;
  const kind = telling.choose('comparison', [
    'more',
    'fewer',
    'more',
    'fewer',
    'times',
    'twice',
    'half',
  ] as const);
  const than = telling.choose('than', [`${items} than ${one.name}`, `than ${one.name}`]);
  const as = `${telling.choose('as', [`${items} `, ''])}as ${one.name}`;
  const so = `so ${other.name} has`;
  switch (kind) {
    case 'more':
    case 'fewer': {
      const count = telling.number('change');
      telling.say(`${other.name} ${has} ${count.text} ${kind} ${than}.`);
      const lead = `${other.name} has ${count.text} ${kind}, ${so}`;
      return telling.reckon({ lead, op: kind === 'more' ? '+' : '-', right: count, unit: items, into });
    }
    case 'times': {
      const count = telling.number('factor');
      telling.say(`${other.name} ${has} ${count.text} times as many ${as}.`);
      const lead = `${other.name} has ${count.text} times as many, ${so}`;
      return telling.reckon({ lead, op: '×', right: count, unit: items, into });
    }
    case 'twice':
    case 'half': {
      telling.say(`${other.name} ${has} ${kind} as many ${as}.`);
      const lead = `${other.name} has ${kind} as many, ${so}`;
      return telling.reckon({
        lead,
        op: kind === 'twice' ? '×' : '÷',
        right: { told: 2 },
        unit: items,
        into,
      });
    }
  }
}
