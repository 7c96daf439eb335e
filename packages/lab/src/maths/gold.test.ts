import { describe, expect, it } from 'vitest';
import { readMathsRow } from './gold.ts';

describe('a row', () => {
  it.each([
    [
      'GSM8K',
      { question: 'How many?', answer: '3*6=<<3*6=18>>18\n#### 18' },
      { id: null, question: 'How many?', gold: '18', strata: [] },
    ],
    [
      'MATH',
      { problem: 'Solve.', solution: 'So $\\boxed{\\frac{1}{2}}$.', level: 'Level 3', type: 'Algebra' },
      { id: null, question: 'Solve.', gold: '\\frac{1}{2}', strata: ['level: 3', 'subject: Algebra'] },
    ],
    [
      'MATH-500',
      {
        problem: 'Solve.',
        solution: '…',
        answer: '7',
        subject: 'Algebra',
        level: 5,
        unique_id: 'test/7.json',
      },
      { id: 'test/7.json', question: 'Solve.', gold: '7', strata: ['level: 5', 'subject: Algebra'] },
    ],
    [
      'ours',
      { id: 'a', question: 'Solve.', solution: '\\boxed{5}', final: '6' },
      { id: 'a', question: 'Solve.', gold: '6', strata: [] },
    ],
    ['a number', { Question: 'Q', Answer: 12 }, { id: null, question: 'Q', gold: '12', strata: [] }],
  ])('of %s is read', (_name, row, read) => {
    expect(readMathsRow(row)).toEqual(read);
  });

  it.each([
    ['no object', 3, 'the row is no JSON object'],
    ['no question', { answer: '#### 3' }, 'fields question or problem'],
    ['an empty question', { question: ' ', final: '3' }, 'fields question or problem'],
    ['no answer', { question: 'Q' }, 'no final answer'],
    [
      'a solution that does not say its answer',
      { question: 'Q', solution: 'First,\nthen.' },
      'no final answer',
    ],
    ['hash marks with nothing behind', { question: 'Q', answer: 'It is\n####' }, 'no final answer'],
  ])('with %s is a fault', (_name, row, fault) => {
    expect(readMathsRow(row)).toEqual({ fault: expect.stringContaining(fault) });
  });
});
