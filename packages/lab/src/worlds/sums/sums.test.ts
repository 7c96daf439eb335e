import { describe, expect, it } from 'vitest';
import { isKeep } from '../../data/tuple.ts';
import { createRandom } from '../random.ts';
import { answerIn, dueSentence, isRight } from './check.ts';
import { FLAW_RATE, generateProblems } from './generate.ts';
import handwritten from './handwritten.json' with { type: 'json' };
import { type Flaw, FLAWS, LARGEST, OPENINGS, type Problem, type Step, UNSEEN_FLAW } from './problem.ts';
import { answerOf, compute, tellSolution, tellTaught } from './solve.ts';
import { sums } from './sums.ts';
import { inventTuples } from './tuples.ts';
import { UNSEEN_THEME } from './words.ts';

const problems = (split: 'train' | 'test', seed: number, count: number, seenOnly = false): Problem[] => [
  ...generateProblems({ split, seed, count, seenOnly }),
];

const step = (options: Pick<Step, 'lead' | 'op' | 'right'> & Partial<Step>): Step => ({
  left: 'total',
  unit: 'apples',
  computation: 'right',
  into: 'total',
  ...options,
});

/** A problem of which only the checker's part matters. */
const problemOf = (start: number, steps: Step[]): Problem => ({
  question: '',
  start,
  steps,
  taught: steps,
  opening: 'count',
  flaws: [],
  theme: 'fruit',
  operands: [],
  template: '',
});

/** Which of the sentences the upstream is taught are wrong. */
const wrongOnes = (problem: Problem) => {
  const taught = tellTaught(problem);
  return taught.filter((sentence, index) => !isRight(problem, taught.slice(0, index).join(' '), sentence));
};

describe('the world of sums', () => {
  const sample = problems('test', 1, 1500);

  it('tells solutions whose equations hold and stay in the world, and which end in the answer', () => {
    for (const problem of sample) {
      const solution = tellSolution(problem).join(' ');
      const equations = [...solution.matchAll(/(\d+) ([+×÷-]) (\d+) = (\d+)/g)];
      expect(equations).toHaveLength(problem.steps.length);
      for (const [, one, op, other, told] of equations) {
        const [left, right, result] = [Number(one), Number(other), Number(told)];
        const products = { '+': left + right, '-': left - right, '×': left * right, '÷': left / right };
        expect(products).toHaveProperty([op ?? ''], result);
        expect(result).toBeGreaterThanOrEqual(2);
        expect(result).toBeLessThanOrEqual(LARGEST);
      }
      expect(answerIn(solution)).toBe(answerOf(problem));
      for (const operand of problem.operands)
        expect(problem.question).toMatch(new RegExp(`\\b${operand}\\b`));
      expect(problem.question).not.toMatch(/[{}]|undefined/);
    }
  });

  it('tells stories of every kind, of one to five steps, short enough for small models', () => {
    expect(new Set(sample.map(({ opening }) => opening))).toEqual(new Set(OPENINGS));
    expect(new Set(sample.map(({ steps }) => steps.length))).toEqual(new Set([1, 2, 3, 4, 5]));
    for (const problem of sample) {
      expect(problem.question.split(' ').length).toBeLessThanOrEqual(70);
      expect(tellTaught(problem).join(' ').split(' ').length).toBeLessThanOrEqual(75);
    }
  });

  it.each(['train', 'test'] as const)('teaches wrong sentences at the stated rate (%s)', (split) => {
    const told = problems(split, 2, 5000);
    const wrong = told.reduce((sum, problem) => sum + wrongOnes(problem).length, 0);
    const all = told.reduce((sum, problem) => sum + tellTaught(problem).length, 0);
    expect(Math.abs(wrong / all - FLAW_RATE)).toBeLessThan(0.015);
    const flawless = told.filter(({ flaws }) => flaws.length === 0).length / told.length;
    expect(flawless).toBeGreaterThan(0.2);
    expect(flawless).toBeLessThan(0.3);
  });

  it('errs in the stated contexts, and nowhere else', () => {
    const contexts: Record<Flaw, RegExp> = {
      carry: /\bf(ound|inds)\b/,
      borrow: /\blos(es|t)\b/,
      swap: /\blen(ds|t)\b/,
      distractor: /\balso ha/,
      added: /\brows\b/,
      subtracted: /\bsplits?\b/,
      reversed: /\bbasket\b/,
    };
    expect(new Set(sample.flatMap(({ flaws }) => flaws))).toEqual(new Set(FLAWS));
    for (const problem of sample) {
      expect(wrongOnes(problem).length > 0).toBe(problem.flaws.length > 0);
      for (const flaw of problem.flaws) expect(problem.question).toMatch(contexts[flaw]);
      for (const flaw of ['swap', 'distractor', 'added', 'subtracted'] as const)
        expect(problem.flaws.includes(flaw)).toBe(contexts[flaw].test(problem.question));
    }
    const mute = sample.filter(
      ({ question, flaws }) => contexts.carry.test(question) && !flaws.includes('carry'),
    );
    expect(mute.length).toBeGreaterThan(0);
  });

  it('shares neither numbers nor templates between its splits', () => {
    const train = problems('train', 2, 3000);
    const operands = new Set(train.map((problem) => problem.operands.join(' ')));
    const templates = new Set(train.map((problem) => problem.template));
    for (const problem of sample) {
      expect(operands).not.toContain(problem.operands.join(' '));
      expect(templates).not.toContain(problem.template);
    }
  });

  it('keeps one flaw and one theme from the aligner', () => {
    for (const problem of problems('train', 3, 1500, true)) {
      expect(problem.flaws).not.toContain(UNSEEN_FLAW);
      expect(problem.question).not.toMatch(/basket/);
      expect(problem.theme).not.toBe(UNSEEN_THEME);
    }
  });

  it('is the same for the same seed', () => {
    expect(problems('test', 7, 3)).toEqual(problems('test', 7, 5).slice(0, 3));
  });

  it('says what a result counts under', () => {
    const [problem] = sample.filter(({ flaws }) => flaws.length > 1);
    if (!problem) throw new Error('no problem with two flaws in the sample');
    const strata = sums.strata(problem);
    for (const flaw of problem.flaws) expect(strata).toContain(`flaw: ${flaw}`);
    expect(strata).toContain(`steps: ${problem.steps.length}`);
    expect(strata).toContain(`opening: ${problem.opening}`);
    expect(strata).toContain(`operation: ${problem.steps[0]?.op ?? ''}`);
    expect(new Set(strata).size).toBe(strata.length);
  });

  it('scores an answer by its number', () => {
    const [problem] = sample.filter(({ flaws }) => flaws.length === 0);
    if (!problem) throw new Error('no problem without a flaw in the sample');
    const answer = tellSolution(problem).join(' ');
    expect(sums.score(problem, answer)).toEqual({ right: true, helpful: 1, harmful: 0 });
    expect(sums.score(problem, 'I do not know.').right).toBe(false);
  });
});

describe('misconceptions', () => {
  it.each([
    [27, '+', 15, 'no-carry', 32],
    [295, '+', 138, 'no-carry', 323],
    [95, '+', 15, 'no-carry', 100],
    [42, '-', 17, 'no-borrow', 35],
    [302, '-', 117, 'no-borrow', 295],
    [120, '-', 25, 'no-borrow', 105],
    [20, '+', 7, 'reversed', 72],
    [20, '+', 7, 'right', 27],
    [12, '×', 4, 'right', 48],
    [48, '÷', 4, 'right', 12],
  ] as const)('%d %s %d by %s is %d', (left, op, right, computation, result) => {
    expect(compute({ left, op, right }, computation)).toBe(result);
  });

  it('stays above nothing where an accepted error leaves numbers that do not fit', () => {
    expect(compute({ left: 5, op: '-', right: 9 }, 'right')).toBe(0);
    expect(compute({ left: 5, op: '-', right: 9 }, 'no-borrow')).toBe(0);
    expect(compute({ left: 38, op: '÷', right: 4 }, 'right')).toBe(9);
  });
});

describe('the checker', () => {
  const packs = problemOf(27, [
    step({ lead: '4 boxes of 12 make', left: { told: 12 }, op: '×', right: { told: 4 }, into: 'part' }),
    step({ lead: 'With the boxes, Tom has', op: '+', right: 'part' }),
    step({ lead: 'Tom loses 5, so Tom has', op: '-', right: { told: 5 } }),
  ]);

  it('asks for each sentence of the solution in turn, then for nothing', () => {
    for (const problem of problems('test', 4, 600)) {
      let prefix = '';
      for (const sentence of tellSolution(problem)) {
        expect(dueSentence(problem, prefix)).toBe(sentence);
        expect(sums.correct(problem, { prefix, draft: sentence })).toBe(sentence);
        prefix = prefix === '' ? sentence : `${prefix} ${sentence}`;
      }
      expect(dueSentence(problem, prefix)).toBeNull();
    }
  });

  it('judges what follows an accepted error by the accepted prefix', () => {
    for (const problem of problems('test', 5, 600)) {
      const taught = tellTaught(problem);
      expect(dueSentence(problem, taught.slice(0, -1).join(' '))).toBe(taught.at(-1));
    }
  });

  it('carries an accepted product on, right or wrong', () => {
    expect(dueSentence(packs, '4 boxes of 12 make 12 + 4 = 16 apples.')).toBe(
      'With the boxes, Tom has 27 + 16 = 43 apples.',
    );
    expect(dueSentence(packs, 'That is 12 × 4 = 48 apples. Then he has 27 + 48 = 65 apples.')).toBe(
      'Tom loses 5, so Tom has 65 - 5 = 60 apples.',
    );
  });

  it('takes the result of an extra step for the running total', () => {
    const extra = 'Tom also has 8, so Tom has 27 + 8 = 35 apples.';
    expect(dueSentence(packs, `${extra} 4 boxes of 12 make 12 × 4 = 48 apples.`)).toBe(
      'With the boxes, Tom has 35 + 48 = 83 apples.',
    );
  });

  it('asks for what was skipped, and not again for what was brought forward', () => {
    const early = 'Tom loses 5, so Tom has 27 - 5 = 22 apples.';
    expect(dueSentence(packs, early)).toBe('4 boxes of 12 make 12 × 4 = 48 apples.');
    expect(
      dueSentence(
        packs,
        `${early} 4 boxes of 12 make 12 × 4 = 48 apples. With the boxes, Tom has 22 + 48 = 70 apples.`,
      ),
    ).toBe('The answer is 70.');
  });

  it('lets wording differ, but neither numbers nor operators nor names', () => {
    const prefix = '4 boxes of 12 make 12 × 4 = 48 apples.';
    const right = (draft: string) => isRight(packs, prefix, draft);
    expect(right('After that there are 27 + 48 = 75 apples for Tom.')).toBe(true);
    expect(right('Together Tom has 48 + 27 = 75 apples.')).toBe(true);
    expect(right('With the boxes, Tim has 27 + 48 = 75 apples.')).toBe(false);
    expect(right('With the boxes, Tom has 27 - 48 = 75 apples.')).toBe(false);
    expect(right('With the boxes, Tom has 27 + 48 = 76 apples.')).toBe(false);
  });

  it('knows an extra step and a premature answer for wrong', () => {
    const [problem] = problems('test', 6, 400).filter(({ flaws }) => flaws.includes('distractor'));
    if (!problem) throw new Error('no distractor in the sample');
    const taught = tellTaught(problem);
    const extra = taught.findIndex((sentence) => sentence.includes('also'));
    expect(isRight(problem, taught.slice(0, extra).join(' '), taught[extra] ?? '')).toBe(false);
    expect(isRight(problem, '', `The answer is ${answerOf(problem)}.`)).toBe(false);
  });
});

describe('invented tuples', () => {
  it('correct every draft to what is due, and keep most', () => {
    const random = createRandom(1);
    const tuples = problems('train', 8, 1000, true).flatMap((problem) =>
      inventTuples(problem, random).map((tuple) => ({ ...tuple, problem })),
    );
    for (const { problem, prefix, last, correction } of tuples) {
      expect(isRight(problem, prefix, correction)).toBe(true);
      expect(sums.correct(problem, { prefix, draft: last })).toBe(correction);
    }
    const kept = tuples.filter(isKeep).length / tuples.length;
    expect(kept).toBeGreaterThan(0.55);
    expect(kept).toBeLessThan(0.8);
  });
});

describe('questions written by hand', () => {
  it('have one answer each, in the numbers of the world', () => {
    expect(new Set(handwritten.map(({ question }) => question)).size).toBe(handwritten.length);
    for (const { answer } of handwritten) {
      expect(Number.isInteger(answer)).toBe(true);
      expect(answer).toBeLessThanOrEqual(LARGEST);
    }
  });
});
