import type { Random } from '../../random.ts';
import type { Flaw, Opening } from '../problem.ts';
import type { Theme } from '../words.ts';
import { tellAside } from './asides.ts';
import { type Joinable, tellChange } from './change.ts';
import { type Closing, CLOSING_STEPS, closeStory } from './closings.ts';
import { openScene } from './openings.ts';
import { tellPacks } from './packs.ts';
import { tellPortion } from './portions.ts';
import type { Scene } from './scene.ts';
import { createTelling, type Telling } from './telling.ts';

export interface StoryOptions {
  random: Random;
  theme: Theme;
  opening: Opening;
  /** Steps of the solution: 1 or more. */
  length: number;
  /** Share of the places fit for a flaw's context that get it: all 0 for a story that is taught rightly. */
  contexts: Record<Flaw, number>;
  /** Share of invented names and things. */
  invented: number;
}

/** A story told, its numbers still to be drawn. */
export interface Story {
  telling: Telling;
  opening: Opening;
  theme: Theme;
  /** The slot of the opening's count. */
  start: number;
}

/** Share of stories with a number that does not matter; what somebody also has comes on top. */
const ASIDE_SHARE = 0.13;

/** Share of happenings, where two steps are left, that are packs; and of the others, that multiply or divide. */
const PACKS_SHARE = 0.3;
const PORTION_SHARE = 0.25;

/** Composes a story of one to five steps: an opening, happenings, an ending with its question. */
export function tellStory({ random, theme, opening, length, contexts, invented }: StoryOptions): Story {
  const telling = createTelling({ random, contexts });
  const scene = openScene({ telling, opening, theme, invented });
  const room = Math.max(0, length - telling.moves.length);
  const closing = pickClosing(scene, room);
  tellHappenings(scene, room - CLOSING_STEPS[closing]);
  closeStory(scene, closing);
  return { telling, opening, theme, start: scene.start };
}

function pickClosing({ telling, owner, base }: Scene, room: number): Closing {
  const { random } = telling;
  if (room === 0) return 'count';
  if (base !== null && random.chance(0.45)) return 'both';
  if (random.chance(0.6)) return 'count';
  if (!owner || random.chance(0.6)) return random.chance(0.6) ? 'each' : 'packed';
  return room > 1 && random.chance(0.5) ? 'together' : 'compared';
}

function tellHappenings(scene: Scene, steps: number): void {
  const { telling, owner } = scene;
  const { random, moves } = telling;
  const also = owner !== null && telling.context('distractor') !== null;
  // Anywhere after the opening: told always at the same place, it would be known by its place.
  let asideFrom = also || random.chance(ASIDE_SHARE) ? random.int(0, steps) : -1;
  let before: Joinable | null = null;
  let left = steps;
  for (;;) {
    if (left <= asideFrom) {
      tellAside(scene, also);
      asideFrom = -1;
      before = null;
    }
    if (left <= 0) return;
    const first = moves.length;
    if (left > 1 && random.chance(PACKS_SHARE)) before = tellPacks(scene);
    else if (random.chance(PORTION_SHARE)) before = tellPortion(scene);
    else before = tellChange(scene, before);
    left -= moves.length - first;
  }
}
