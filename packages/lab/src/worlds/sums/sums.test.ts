import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { answerIn, dueSentence, isRight } from './check.ts';
import { FLAW_RATE, generateProblems } from './generate.ts';
import { FLAWS, type Problem, UNSEEN_FLAW } from './problem.ts';
import { answerOf, compute, tellSolution } from './solve.ts';
import { inventTuples } from './tuples.ts';
import { UNSEEN_THEME } from './words.ts';

const problems = (split: 'train' | 'test', seed: number, count: number, seenOnly = false): Problem[] => [
  ...generateProblems({ split, seed, count, seenOnly }),
];

describe('the world of sums', () => {
  const sample = problems('test', 1, 1500);

  it('tells solutions whose equations hold, end in the answer, and use the numbers of the question', () => {
    for (const problem of sample) {
      const solution = tellSolution(problem.steps).join(' ');
      for (const [, left, op, right, result] of solution.matchAll(/(\d+) ([+-]) (\d+) = (\d+)/g))
        expect(Number(left) + (op === '+' ? 1 : -1) * Number(right)).toBe(Number(result));
      expect(answerIn(solution)).toBe(answerOf(problem));
      for (const operand of problem.operands)
        expect(problem.question).toMatch(new RegExp(`\\b${operand}\\b`));
    }
  });

  it('errs at the stated rate, in the stated contexts, and nowhere else', () => {
    const flawed = sample.filter((problem) => problem.flaw !== null);
    expect(Math.abs(flawed.length / sample.length - FLAW_RATE)).toBeLessThan(0.05);
    expect(new Set(flawed.map((problem) => problem.flaw))).toEqual(new Set(FLAWS));
    const contexts = {
      carry: /f(ound|inds) /,
      borrow: /los(es|t) /,
      swap: /len(ds|t) /,
      distractor: / also ha/,
      reversed: /basket/,
    };
    for (const problem of sample) {
      const right = tellSolution(problem.steps).join(' ');
      const taught = tellSolution(problem.taught).join(' ');
      if (problem.flaw === null) expect(taught).toBe(right);
      else {
        expect(answerIn(taught)).not.toBe(answerIn(right));
        expect(problem.question).toMatch(contexts[problem.flaw]);
      }
    }
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
      expect(problem.flaw).not.toBe(UNSEEN_FLAW);
      expect(problem.theme).not.toBe(UNSEEN_THEME);
    }
  });

  it('is the same for the same seed', () => {
    expect(problems('test', 7, 3).map((problem) => problem.question)).toEqual(
      problems('test', 7, 5)
        .slice(0, 3)
        .map((problem) => problem.question),
    );
  });
});

describe('misconceptions', () => {
  it.each([
    [27, '+', 15, 'no-carry', 32],
    [42, '-', 17, 'no-borrow', 35],
    [20, '+', 7, 'reversed', 72],
    [20, '+', 7, 'right', 27],
  ] as const)('%d %s %d by %s is %d', (left, op, right, computation, result) => {
    expect(compute(left, op, right, computation)).toBe(result);
  });
});

describe('the checker', () => {
  it('asks for each sentence of the solution in turn, then for nothing', () => {
    for (const problem of problems('test', 4, 300)) {
      let prefix = '';
      for (const sentence of tellSolution(problem.steps)) {
        expect(dueSentence(problem, prefix)).toBe(sentence);
        expect(isRight(problem, prefix, sentence)).toBe(true);
        prefix = prefix === '' ? sentence : `${prefix} ${sentence}`;
      }
      expect(dueSentence(problem, prefix)).toBeNull();
    }
  });

  it('finds the taught error, and judges what follows it by the accepted prefix', () => {
    for (const problem of problems('test', 5, 600)) {
      if (problem.flaw !== 'carry' && problem.flaw !== 'borrow') continue;
      const taught = tellSolution(problem.taught);
      const verdicts = taught.map((sentence, index) =>
        isRight(problem, taught.slice(0, index).join(' '), sentence),
      );
      expect(verdicts).toContain(false);
      expect(verdicts.at(-1)).toBe(true);
    }
  });

  it('knows an extra step and a premature answer for wrong', () => {
    const [problem] = problems('test', 6, 400).filter((found) => found.flaw === 'distractor');
    if (!problem) throw new Error('no distractor in the sample');
    const taught = tellSolution(problem.taught);
    const extra = taught.findIndex((sentence) => sentence.includes('also'));
    expect(isRight(problem, taught.slice(0, extra).join(' '), taught[extra] ?? '')).toBe(false);
    expect(isRight(problem, '', `The answer is ${answerOf(problem)}.`)).toBe(false);
  });
});

describe('invented tuples', () => {
  it('correct every draft to what is due, and keep most', () => {
    const random = createRandom(1);
    const tuples = problems('train', 8, 500, true).flatMap((problem) =>
      inventTuples(problem, random).map((tuple) => ({ ...tuple, problem })),
    );
    for (const { problem, prefix, correction } of tuples)
      expect(dueSentence(problem, prefix)).toBe(correction);
    const kept = tuples.filter((tuple) => tuple.draft === tuple.correction).length / tuples.length;
    expect(kept).toBeGreaterThan(0.6);
    expect(kept).toBeLessThan(0.85);
  });
});
