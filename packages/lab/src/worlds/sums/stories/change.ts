import { capitalise } from '../../../capitalise.ts';
import { DAYS, EDIBLE, type Person, RELATIVES } from '../words.ts';
import {
  holds,
  inTense,
  isClear,
  isNamed,
  type Scene,
  startSentence,
  subjectOf,
  themOf,
  theirOf,
} from './scene.ts';
import { type Context } from './telling.ts';

type Verb = readonly [present: string, past: string];

const GAINS: readonly Verb[] = [
  ['buys', 'bought'],
  ['gets', 'got'],
  ['receives', 'received'],
  ['wins', 'won'],
  ['collects', 'collected'],
  ['adds', 'added'],
  ['picks up', 'picked up'],
  ['is given', 'was given'],
  ['earns', 'earned'],
  ['makes', 'made'],
];
const FINDING: Verb = ['finds', 'found'];
const EATING: Verb = ['eats', 'ate'];
const LOSSES: readonly Verb[] = [
  ['gives away', 'gave away'],
  ['gives', 'gave'],
  ['sells', 'sold'],
  ['uses', 'used'],
  EATING,
  ['throws away', 'threw away'],
  ['breaks', 'broke'],
  ['drops', 'dropped'],
  ['donates', 'donated'],
  ['hands out', 'handed out'],
  ['spends', 'spent'],
  ['plants', 'planted'],
];
const LOSING: Verb = ['loses', 'lost'];

const ARRIVALS: readonly Verb[] = [
  ['arrive', 'arrived'],
  ['are added', 'were added'],
  ['are brought', 'were brought'],
  ['come', 'came'],
  ['are put there', 'were put there'],
];
const BEING_FOUND: Verb = ['are found', 'were found'];
const LEAVINGS: readonly Verb[] = [
  ['are taken away', 'were taken away'],
  ['are sold', 'were sold'],
  ['leave', 'left'],
  ['are broken', 'were broken'],
  ['are used', 'were used'],
  ['go away', 'went away'],
  ['fall down', 'fell down'],
];
const BEING_LOST: Verb = ['are lost', 'were lost'];

/** What the next event may be joined to. */
export interface Joinable {
  op: '+' | '-';
  verb: string;
  context: Context | null;
}

/** Who else gives or gets: "her brother", or by name, unless that one's things are counted too. */
export const someone = (scene: Scene, relative: number) =>
  scene.owner && (isNamed(scene) || scene.telling.random.chance(relative))
    ? `${theirOf(scene.owner)} ${scene.telling.random.pick(RELATIVES)}`
    : scene.other.name;

/** Things come or go: one step. `before` is the event that this one may share a sentence with. */
export function tellChange(scene: Scene, before: Joinable | null): Joinable | null {
  const { telling, owner } = scene;
  const op = telling.random.pick(['+', '-'] as const);
  const context = telling.context(op === '+' ? 'carry' : 'borrow');
  return owner ? tellOwned(scene, owner, { before, op, context }) : tellPlaced(scene, { op, context });
}

interface ChangeOptions {
  op: '+' | '-';
  context: Context | null;
}

function tellOwned(
  scene: Scene,
  owner: Person,
  { before, op, context }: ChangeOptions & { before: Joinable | null },
): Joinable | null {
  const { telling, items, theme } = scene;
  const { random } = telling;
  const explicit = telling.isInterrupted();
  const joins = before !== null && !explicit && random.chance(0.3);
  const same = joins && before.op === op && !before.context && !context && random.chance(0.5);
  const verb = same ? before.verb : pickVerb();
  telling.note(verb);
  const number = telling.number('change');
  const count = number.text;
  telling.reckon(
    {
      lead: `${capitalise(owner.name)} ${verb} ${count}, so ${holds(scene)}`,
      op,
      right: number,
      unit: items,
    },
    context,
  );
  const what = telling.choose(op === '+' ? 'gain' : 'loss', [
    ...(op === '+' ? [`${count} more ${items}`, `another ${count} ${items}`] : [`${count} of the ${items}`]),
    `${count} ${items}`,
    ...(explicit ? [] : op === '+' ? [`${count} more`, `${count} more`] : [`${count} of them`, count]),
  ]);
  const gives = verb === 'gives' || verb === 'gave';
  if (joins) {
    const join = telling.choose('join', [
      ' and ',
      ' and ',
      ' and then ',
      ', and then ',
      `, then ${owner.pronoun} `,
    ]);
    const to = gives ? ` to ${someone(scene, 0.4)}` : '';
    const tail = to || telling.choose('tail', ['', '', ` on ${random.pick(DAYS)}`, ' in the evening']);
    telling.append(same ? ` and ${what}${tail}` : `${join}${verb} ${what}${tail}`);
    return { op, verb, context };
  }
  const start = startSentence(telling, DAYS);
  const place = start === '' ? 'first' : 'inner';
  if ((verb === 'gets' || verb === 'got') && !telling.isInterrupted() && random.chance(0.4)) {
    telling.note('gift');
    const whom = random.chance(0.6) && isClear(scene) ? themOf(owner) : owner.name;
    const giver = someone(scene, 0.5);
    const gave = verb === 'gets' ? 'gives' : 'gave';
    telling.say(`${start}${place === 'first' ? capitalise(giver) : giver} ${gave} ${whom} ${what}.`);
    return null;
  }
  const where = gives
    ? ` to ${someone(scene, 0.4)}`
    : telling.choose('where', [
        '',
        '',
        '',
        op === '+' ? ' from a friend' : ' at school',
        ' in the afternoon',
      ]);
  telling.say(`${start}${subjectOf(scene, place)} ${verb} ${what}${where}.`);
  return { op, verb, context };

  function pickVerb(): string {
    const verbs = op === '+' ? GAINS : LOSSES.filter((loss) => loss !== EATING || EDIBLE.includes(theme));
    const special = op === '+' ? FINDING : LOSING;
    return inTense(scene, ...(context ? special : random.pick(verbs)));
  }
}

function tellPlaced(scene: Scene, { op, context }: ChangeOptions): null {
  const { telling, items } = scene;
  const special = op === '+' ? BEING_FOUND : BEING_LOST;
  const verb = inTense(scene, ...(context ? special : telling.random.pick(op === '+' ? ARRIVALS : LEAVINGS)));
  telling.note(verb);
  const number = telling.number('change');
  const what = op === '+' ? `${number.text} more` : number.text;
  const named = telling.choose('named', [
    `${what} ${items}`,
    telling.isInterrupted() ? `${what} ${items}` : what,
  ]);
  telling.say(`${startSentence(telling, DAYS)}${named} ${verb}.`);
  const lead = `${what} ${verb}, so ${holds(scene)}`;
  telling.reckon({ lead, op, right: number, unit: items }, context);
  return null;
}
