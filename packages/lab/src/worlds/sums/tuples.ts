import type { Random } from '../random.ts';
import { dueSentence } from './check.ts';
import type { Problem, Step } from './problem.ts';
import { finalSentence, workStep, workSteps } from './solve.ts';

/** What an aligner learns from: a draft after a prefix, and what it should have been. */
export interface Tuple {
  question: string;
  prefix: string;
  draft: string;
  correction: string;
}

/**
 * Tuples before there is an upstream to draft: each due sentence drafted as the upstream is taught it, or rightly, or
 * with an invented slip. Half of the problems run on corrected prefixes, half on prefixes that keep what was drafted,
 * errors included. The slips keep an aligner from learning contexts instead of arithmetic; none reverses
 * digits on purpose, since that flaw stays unseen (a slip by nine can happen to).
 */
export function inventTuples(problem: Problem, random: Random): Tuple[] {
  const tuples: Tuple[] = [];
  const corrected = random.chance(0.5);
  let prefix = '';
  for (let round = 0; round < problem.taught.length + 2; round += 1) {
    const correction = dueSentence(problem, prefix);
    if (correction === null) break;
    const draft = inventDraft(problem, { round, prefix, correction, random });
    tuples.push({ question: problem.question, prefix, draft, correction });
    const accepted = corrected || !/\d/.test(draft) ? correction : draft;
    prefix = prefix === '' ? accepted : `${prefix} ${accepted}`;
  }
  return tuples;
}

interface Situation {
  round: number;
  prefix: string;
  correction: string;
  random: Random;
}

function inventDraft(problem: Problem, { round, prefix, correction, random }: Situation): string {
  if (random.chance(0.12)) return slip(problem, correction, random);
  const taught = taughtSentence(problem, round, prefix);
  return taught === null || random.chance(0.25) ? correction : taught;
}

/** What the upstream is taught to write in this round, worked out from the results that stand in the prefix. */
function taughtSentence(problem: Problem, round: number, prefix: string): string | null {
  const results = [...prefix.matchAll(/= (\d+)/g)].map((match) => Number(match[1]));
  if (results.length !== round) return null;
  const step: Step | undefined = problem.taught[round];
  if (step) return workStep(step, results).result < 0 ? null : workStep(step, results).text;
  return finalSentence(results.at(-1) ?? 0);
}

/** A wrong sentence of a kind nobody was taught: a slipped digit, operator or operand, or a step ahead of its time. */
function slip(problem: Problem, correction: string, random: Random): string {
  const kind = random.pick(['result', 'result', 'operand', 'operator', 'early', 'other-step'] as const);
  const numbers = [...correction.matchAll(/\d+/g)];
  const replaceNumber = (index: number) => {
    const match = numbers.at(index);
    if (!match) return correction;
    const value = Math.max(0, Number(match[0]) + random.pick([-10, -9, -2, -1, 1, 2, 9, 10, 11] as const));
    return correction.slice(0, match.index) + value + correction.slice(match.index + match[0].length);
  };
  switch (kind) {
    case 'result':
      return replaceNumber(-1);
    case 'operand':
      return replaceNumber(numbers.length >= 3 ? random.pick([-2, -3] as const) : -1);
    case 'operator':
      return correction.replace(/ [+-] /, (op) => (op === ' + ' ? ' - ' : ' + '));
    case 'early':
      return finalSentence(random.pick(problem.operands));
    case 'other-step':
      return random.pick(workSteps(problem.steps)).text;
  }
}
