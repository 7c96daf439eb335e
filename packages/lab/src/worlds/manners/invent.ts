import type { Tuple } from '../../data/tuple.ts';
import { inventWord } from '../invent-word.ts';
import type { Random } from '../random.ts';
import { correct } from './check.ts';
import { FLAWS, type Problem, UNSEEN_FLAW, UNSEEN_TOPIC } from './problem.ts';
import { adviceFor, closings, flawedSentences } from './sentences.ts';
import { HOBBIES, SITUATIONS } from './situations.ts';

/**
 * Tuples before there is an upstream to draft: what the upstream is taught, good sentences, and invented flaws of every
 * kind but the unseen one, called for or not, so that an aligner learns what is wrong with sentences and not which
 * questions go wrong. Half of the problems run on corrected prefixes, half on prefixes that keep what was drafted. A share
 * of `invented` is told in words nobody knows, so that an aligner learns to copy advice and not to recite it.
 */
export function inventTuples(
  told: Problem,
  random: Random,
  { invented = 0 }: { invented?: number } = {},
): Tuple[] {
  const isStrange = random.chance(invented);
  const problem = isStrange ? inStrangeWords(told, random) : told;
  const { question } = problem;
  const tuples: Tuple[] = [];
  const corrected = random.chance(0.5);
  let prefix = '';
  for (let round = 0; round < problem.points.length + 2; round += 1) {
    const last = inventDraft(problem, { round, random });
    const correction = correct(problem, { prefix, draft: last });
    if (correction === null) break;
    // Advice in words nobody knows can be kept and mended, but not be thought of.
    if (!isStrange || saysAsMuch(last, correction)) tuples.push({ question, prefix, last, correction });
    const accepted = corrected ? correction : last;
    prefix = prefix === '' ? accepted : `${prefix} ${accepted}`;
  }
  return tuples;
}

/** Words that give a sentence its form; what is invented stands between them. */
const FORM_WORDS = new Set(
  'your with from before after about what when does like that this them into until under over every more enough only first last best next they will have been must make made while where which'.split(
    ' ',
  ),
);

/** The same problem with most words of its advice replaced by invented ones, wherever they stand. */
function inStrangeWords(problem: Problem, random: Random): Problem {
  const words = new Set(problem.points.join(' ').match(/\b[a-z]{4,}\b/g) ?? []);
  const strange = new Map(
    [...words]
      .filter((word) => !FORM_WORDS.has(word) && random.chance(0.8))
      .map((word) => [word, inventWord(random)]),
  );
  const tell = (text: string) => text.replace(/\b[a-z]{4,}\b/g, (word) => strange.get(word) ?? word);
  return {
    ...problem,
    question: tell(problem.question),
    points: problem.points.map(tell),
    detail: problem.detail && tell(problem.detail),
    taught: problem.taught.map(tell),
    solution: problem.solution.map(tell),
  };
}

/** Whether every word of the correction that is not of its form stands in the draft. */
function saysAsMuch(draft: string, correction: string): boolean {
  const [, point = ''] = /^You should (.*)\.$/.exec(correction) ?? [];
  const isClosing = closings().includes(correction);
  return isClosing || correction === draft || draft.toLowerCase().includes(point);
}

function inventDraft(problem: Problem, { round, random }: { round: number; random: Random }): string {
  const { points } = problem;
  const closing = random.pick(closings());
  const point = points[round];
  if (point === undefined) return random.chance(0.85) ? closing : random.pick(adviceFor(random.pick(points)));
  if (random.chance(0.25)) return slip(problem, point, random);
  if (random.chance(0.4)) return random.pick(adviceFor(point));
  return problem.taught[round] ?? closing;
}

/** A wrong sentence that the question need not call for. */
function slip(problem: Problem, point: string, random: Random): string {
  const kind = random.pick(['flaw', 'flaw', 'flaw', 'early', 'repeated', 'elsewhere'] as const);
  switch (kind) {
    case 'flaw': {
      const flaw = random.pick(FLAWS.filter((name) => name !== UNSEEN_FLAW));
      const made = {
        detail: problem.detail ?? 'my number is 12',
        hobby: problem.hobby ?? random.pick(HOBBIES),
      };
      return random.pick(flawedSentences(made, flaw, point));
    }
    case 'early':
      return random.pick(closings());
    case 'repeated':
      return random.pick(adviceFor(problem.points[0] ?? point));
    case 'elsewhere': {
      const other = random.pick(SITUATIONS.filter(({ topic }) => topic !== UNSEEN_TOPIC));
      const advice = random
        .pick(other.points)
        .replace('{who}', 'friend')
        .replace('{thing}', random.pick(other.things));
      return random.pick(adviceFor(advice.replace('{n}', '5')));
    }
  }
}
