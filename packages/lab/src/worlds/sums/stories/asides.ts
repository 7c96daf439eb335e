import { capitalise } from '../../../capitalise.ts';
import { pickItems, THEMES, type Theme, UNSEEN_THEME } from '../words.ts';
import { holds, inTense, isNamed, type Scene } from './scene.ts';
import { draftStep } from './telling.ts';

/** A number that does not matter. What somebody *also has* is a flaw's context; the rest is never counted. */
export function tellAside(scene: Scene, also: boolean): void {
  const { telling, owner, other } = scene;
  const number = telling.number('aside');
  const count = number.text;
  const things = unrelated(scene);
  if (also && owner) {
    const verb = `also ${inTense(scene, 'has', 'had')}`;
    const who = telling.choose('also', [isNamed(scene) ? owner.name : owner.pronoun, owner.name]);
    telling.interrupt(`${capitalise(who)} ${verb} ${count} ${things}.`);
    const lead = `${capitalise(owner.name)} ${verb} ${count}, so ${holds(scene)}`;
    const taught = draftStep({ lead, op: '+', right: number, unit: scene.items });
    telling.move({ right: null, taught, context: { flaw: 'distractor', shows: true } });
    return;
  }
  telling.interrupt(
    telling.choose('aside', [
      `${other.name} ${inTense(scene, 'has', 'had')} ${count} ${things}.`,
      `${owner ? capitalise(owner.name) : other.name} is ${count} years old.`,
      `There ${inTense(scene, 'are', 'were')} ${count} ${things} on the table.`,
      `${other.name} ${inTense(scene, 'walks', 'walked')} ${count} minutes to school.`,
      `${other.name} ${inTense(scene, 'waits', 'waited')} ${count} minutes.`,
    ]),
  );
}

function unrelated({ telling, theme, invented }: Scene): string {
  const others = (Object.keys(THEMES) as Theme[]).filter(
    (other) => other !== theme && other !== UNSEEN_THEME,
  );
  return pickItems(telling.random, { theme: telling.random.pick(others), invented });
}
