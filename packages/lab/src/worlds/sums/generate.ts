import { createRandom, type Random } from '../random.ts';
import { type Split, splitOf } from '../split.ts';
import { FLAWS, type Flaw, LARGEST, type Problem, UNSEEN_FLAW } from './problem.ts';
import { tellSolution, workSteps } from './solve.ts';
import { tellChange } from './stories/change.ts';
import { tellCompare } from './stories/compare.ts';
import { tellParts } from './stories/parts.ts';
import { tellPlace } from './stories/place.ts';
import type { Story, StoryOptions } from './stories/story.ts';
import { tellTransfer } from './stories/transfer.ts';
import { THEMES, type Theme, UNSEEN_THEME } from './words.ts';

/** Share of problems that the upstream is taught wrong. Fixed before any training. */
export const FLAW_RATE = 0.45;

export interface GenerateOptions {
  split: Split;
  seed: number;
  count: number;
  /** Share of names and things that are no words, to teach copying. Default 0. */
  invented?: number;
  /** Leave out what no aligner may be trained on: one flaw and one theme. Default false. */
  seenOnly?: boolean;
}

/** How often each flaw is drawn, among flawed problems. The one no aligner sees is the rarest. */
const FLAW_WEIGHTS: Record<Flaw, number> = { carry: 5, borrow: 5, swap: 4, distractor: 4, reversed: 2 };

/** Problems of one split, the same for the same options. */
export function* generateProblems(options: GenerateOptions): Generator<Problem> {
  const random = createRandom(options.seed);
  const flaws = FLAWS.filter((flaw) => !options.seenOnly || flaw !== UNSEEN_FLAW);
  const weighted = flaws.flatMap((flaw) => Array.from({ length: FLAW_WEIGHTS[flaw] }, () => flaw));
  for (let made = 0; made < options.count; made += 1) {
    // The flaw is drawn first and kept until a story of it fits, so that the rates are exactly those stated.
    const flaw = random.chance(FLAW_RATE) ? random.pick(weighted) : null;
    let problem = tellProblem(random, flaw, options);
    while (!problem || splitOf(problem) !== options.split) problem = tellProblem(random, flaw, options);
    yield problem;
  }
}

function tellProblem(random: Random, flaw: Flaw | null, options: GenerateOptions): Problem | null {
  const { invented = 0, seenOnly = false } = options;
  const themes = (Object.keys(THEMES) as Theme[]).filter((theme) => !seenOnly || theme !== UNSEEN_THEME);
  const theme = random.pick(themes);
  const problem: Problem = { ...storyOf(random, flaw)({ random, theme, flaw, invented }), flaw, theme };
  return isSound(problem) ? problem : null;
}

function storyOf(random: Random, flaw: Flaw | null): (options: StoryOptions) => Story {
  switch (flaw) {
    case 'carry':
    case 'borrow':
    case 'distractor':
      return tellChange;
    case 'swap':
      return tellTransfer;
    case 'reversed':
      return tellParts;
    case null:
      return random.pick([
        tellChange,
        tellChange,
        tellChange,
        tellChange,
        tellTransfer,
        tellCompare,
        tellParts,
        tellPlace,
      ]);
  }
}

/** Every result fits the world on both paths (one thing would need a singular), and the taught path errs exactly when a flaw is named. */
function isSound(problem: Problem): boolean {
  const fits = [...workSteps(problem.steps), ...workSteps(problem.taught)].every(
    ({ result }) => result >= 0 && result !== 1 && result <= LARGEST,
  );
  if (!fits) return false;
  const errs = tellSolution(problem.steps).join() !== tellSolution(problem.taught).join();
  const wrongAnswer = workSteps(problem.steps).at(-1)?.result !== workSteps(problem.taught).at(-1)?.result;
  return problem.flaw === null ? !errs : errs && wrongAnswer;
}
