import type { Tuple } from '../../data/tuple.ts';
import type { Random } from '../random.ts';
import { dueSentence, isRight } from './check.ts';
import type { Problem } from './problem.ts';
import { finalSentence, initialState, tellSolution, workStep } from './solve.ts';

/** Share of drafts with an invented slip, and of the others, of due sentences where the upstream was taught another. */
const SLIPS = 0.3;
const MENDED = 0.3;

/**
 * Tuples before there is an upstream to draft: each due sentence drafted as the upstream is taught it, or rightly, or
 * with an invented slip. Half of the problems run on corrected prefixes, half on prefixes that keep what was drafted,
 * errors included. The slips keep an aligner from learning contexts instead of arithmetic, and are so many that copying
 * a draft's result does not pay; none reverses digits on purpose, since that flaw stays unseen (a slip by nine can happen to).
 */
export function inventTuples(problem: Problem, random: Random): Tuple[] {
  const { question } = problem;
  const tuples: Tuple[] = [];
  const corrected = random.chance(0.5);
  let prefix = '';
  for (let round = 0; round < problem.taught.length + 2; round += 1) {
    const due = dueSentence(problem, prefix);
    if (due === null) break;
    const last = inventDraft(problem, { prefix, due, random });
    const correction = isRight(problem, prefix, last) ? last : due;
    tuples.push({ question, prefix, last, correction });
    const accepted = corrected ? correction : last;
    prefix = prefix === '' ? accepted : `${prefix} ${accepted}`;
  }
  return tuples;
}

interface Situation {
  prefix: string;
  due: string;
  random: Random;
}

function inventDraft(problem: Problem, { prefix, due, random }: Situation): string {
  if (random.chance(SLIPS)) return slip(problem, due, random);
  const taught = taughtSentence(problem, prefix);
  return taught === null || random.chance(MENDED) ? due : taught;
}

/** What the upstream is taught to write next, worked out from the results that stand in the prefix. */
function taughtSentence(problem: Problem, prefix: string): string | null {
  const results = [...prefix.matchAll(/= (\d+)/g)].map((match) => Number(match[1]));
  const state = initialState(problem);
  results.forEach((result, round) => {
    state[problem.taught[round]?.into ?? 'total'] = result;
  });
  const next = problem.taught[results.length];
  if (next) return workStep(next, state).text;
  return results.length === problem.taught.length ? finalSentence(state.total) : null;
}

const SLIP_KINDS = [
  'result',
  'result',
  'result',
  'result',
  'operand',
  'operator',
  'early',
  'other-step',
] as const;

/** A wrong sentence of a kind nobody was taught: a slipped digit, operator or operand, or a step ahead of its time. */
function slip(problem: Problem, due: string, random: Random): string {
  const numbers = [...due.matchAll(/\d+/g)];
  const replaceNumber = (index: number) => {
    const match = numbers.at(index);
    if (!match) return due;
    const value = Math.max(
      0,
      Number(match[0]) + random.pick([-100, -10, -9, -2, -1, 1, 2, 9, 10, 11, 100] as const),
    );
    return due.slice(0, match.index) + value + due.slice(match.index + match[0].length);
  };
  switch (random.pick(SLIP_KINDS)) {
    case 'result':
      return replaceNumber(-1);
    case 'operand':
      return replaceNumber(numbers.length >= 3 ? random.pick([-2, -3] as const) : -1);
    case 'operator':
      return due.replace(
        / [+×÷-] /,
        (op) => ` ${random.pick(['+', '-', '×', '÷'].filter((other) => other !== op.trim()))} `,
      );
    case 'early':
      return finalSentence(random.pick(problem.operands));
    case 'other-step':
      return random.pick(tellSolution(problem).slice(0, -1));
  }
}
