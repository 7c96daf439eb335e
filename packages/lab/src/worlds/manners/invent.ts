import { capitalise } from '../../capitalise.ts';
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
 * of `invented` gives advice that nobody has seen, so that an aligner learns to copy advice and not to recite it.
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
    // Advice that nobody has seen can be kept and mended, but not be thought of.
    if (!isStrange || saysAsMuch(last, correction)) tuples.push({ question, prefix, last, correction });
    const accepted = corrected ? correction : last;
    prefix = prefix === '' ? accepted : `${prefix} ${accepted}`;
  }
  return tuples;
}

/** The same problem with advice that nobody has seen: what stands in it can only be copied. */
function inStrangeWords(problem: Problem, random: Random): Problem {
  const strange = new Map(problem.points.map((point) => [point, strangeAdvice(random)]));
  const tell = (text: string) => {
    for (const [point, told] of strange)
      text = text.replace(point, told).replace(capitalise(point), capitalise(told));
    return text;
  };
  return {
    ...problem,
    points: problem.points.map(tell),
    taught: problem.taught.map(tell),
    solution: problem.solution.map(tell),
  };
}

/** What of the situations aligners may see. */
const SEEN = SITUATIONS.filter(({ topic }) => topic !== UNSEEN_TOPIC);
const FORM_WORDS =
  'a about after at before by for from if in into it of on or out than that the to until what when where with you your'.split(
    ' ',
  );
const CONTENT_WORDS = [
  ...new Set(
    SEEN.flatMap(({ points, things }) => [...points, ...things].join(' ').match(/\b[a-z]{4,}\b/g) ?? []),
  ),
].filter((word) => !FORM_WORDS.includes(word));

/** Known advice with other words in it, or words in an order that nobody has seen; some of them nobody knows. */
function strangeAdvice(random: Random): string {
  const content = () => (random.chance(0.3) ? inventWord(random) : random.pick(CONTENT_WORDS));
  if (random.chance(0.5))
    return random
      .pick(random.pick(SEEN).points)
      .replace(/\{\w+\}/g, content)
      .replace(/\b[a-z]{4,}\b/g, (word) =>
        FORM_WORDS.includes(word) || random.chance(0.5) ? word : content(),
      );
  const words = [content()];
  const length = random.int(2, 7);
  const isForm = () => FORM_WORDS.includes(words.at(-1) ?? '');
  while (words.length < length || isForm())
    words.push(random.chance(isForm() ? 0.15 : 0.65) ? random.pick(FORM_WORDS) : content());
  return words.join(' ');
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
