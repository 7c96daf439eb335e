import { createRandom, type Random } from '../random.ts';
import { type Split, splitOfOperands, splitOfTemplate } from '../split.ts';
import type { GenerateOptions } from '../world.ts';
import { drawNumbers, settleStep, settleText } from './numbers.ts';
import { FLAWS, type Flaw, type Opening, type Problem, UNSEEN_FLAW } from './problem.ts';
import { tellTaught } from './solve.ts';
import { type Story, tellStory } from './stories/story.ts';
import { THEMES, type Theme, UNSEEN_THEME } from './words.ts';

/**
 * Share of the sentences the upstream is taught, answers included, that are wrong by the checker. Fixed before any
 * training; the shares below are set so that it is reached.
 */
export const FLAW_RATE = 0.3;

/** Share of problems told without a context that errs, besides those that happen to offer none. */
const FLAWLESS_SHARE = 0.04;

/** How often a place that could be a flaw's context is one, in the other problems. */
const CONTEXTS: Record<Flaw, number> = {
  carry: 0.53,
  borrow: 0.53,
  swap: 0.63,
  distractor: 0.25,
  added: 0.46,
  subtracted: 0.54,
  reversed: 0.7,
};
const NO_CONTEXTS = Object.fromEntries(FLAWS.map((flaw) => [flaw, 0])) as Record<Flaw, number>;

const OPENING_WEIGHTS: Record<Opening, number> = {
  count: 6,
  place: 2,
  groups: 4,
  sorts: 2,
  compare: 2,
  transfer: 4,
};
const OPENINGS = (Object.keys(OPENING_WEIGHTS) as Opening[]).flatMap((opening) =>
  Array.from({ length: OPENING_WEIGHTS[opening] }, () => opening),
);

/** Steps of a solution: more often few. */
const LENGTHS = [1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5] as const;

/** Longest question and answer, in words: the models are small. */
const LONGEST = { question: 70, answer: 75 };

/**
 * Draws of a story's numbers before another story is told: until some fit the world, and then until some belong to the
 * split. Were both one bound, the smaller split would hold fewer of the stories that numbers hardly fit.
 */
const DRAWS = { fitting: 40, split: 400 };

/** Problems of one split, the same for the same options. */
export function* generateProblems(options: GenerateOptions): Generator<Problem> {
  const random = createRandom(options.seed);
  for (let made = 0; made < options.count; made += 1) {
    // Drawn first and kept until a story fits, so that stories which fit more easily are not told more often.
    const fixed = {
      flawless: random.chance(FLAWLESS_SHARE),
      opening: random.pick(OPENINGS),
      length: random.pick(LENGTHS),
    };
    let problem = drawProblem(random, fixed, options);
    while (!problem) problem = drawProblem(random, fixed, options);
    yield problem;
  }
}

interface Fixed {
  flawless: boolean;
  opening: Opening;
  length: number;
}

function drawProblem(
  random: Random,
  { flawless, opening, length }: Fixed,
  options: GenerateOptions,
): Problem | null {
  const { invented = 0, seenOnly = false } = options;
  const themes = (Object.keys(THEMES) as Theme[]).filter((theme) => !seenOnly || theme !== UNSEEN_THEME);
  const contexts = {
    ...(flawless ? NO_CONTEXTS : CONTEXTS),
    ...(seenOnly ? { [UNSEEN_FLAW]: 0 } : {}),
  };
  const story = tellStory({ random, theme: random.pick(themes), opening, length, contexts, invented });
  const template = story.telling.template();
  if (splitOfTemplate(template) !== options.split) return null;
  const numbers = drawNumbersOf(story, random, options.split);
  const problem = numbers && settleStory(story, template, numbers);
  return problem && isShort(problem) ? problem : null;
}

function drawNumbersOf({ telling, start }: Story, random: Random, split: Split): number[] | null {
  const { numbers, moves } = telling;
  let bound = DRAWS.fitting;
  for (let draw = 0; draw < bound; draw += 1) {
    const drawn = drawNumbers({ numbers, start, moves }, random);
    if (drawn && splitOfOperands(drawn) === split) return drawn;
    if (drawn) bound = DRAWS.split;
  }
  return null;
}

function settleStory(
  { telling, opening, theme, start }: Story,
  template: string,
  operands: number[],
): Problem {
  const { moves, sentences } = telling;
  const problem = {
    question: settleText(sentences.join(' '), operands),
    start: operands[start] ?? 0,
    steps: moves.flatMap(({ right }) => (right ? [settleStep(right, operands)] : [])),
    taught: moves.map(({ taught }) => settleStep(taught, operands)),
    opening,
    theme,
    operands,
    template,
  };
  const shown = new Set(moves.flatMap(({ context }) => (context?.shows ? [context.flaw] : [])));
  return { ...problem, flaws: FLAWS.filter((flaw) => shown.has(flaw)) };
}

const wordsIn = (text: string) => text.split(' ').length;

function isShort(problem: Problem): boolean {
  return (
    wordsIn(problem.question) <= LONGEST.question && wordsIn(tellTaught(problem).join(' ')) <= LONGEST.answer
  );
}
