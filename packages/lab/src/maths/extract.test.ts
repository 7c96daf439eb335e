import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalAnswers } from './equal.ts';
import { extractAnswer } from './extract.ts';

describe('the answer is taken from', () => {
  it.each([
    ['the last box', 'First \\boxed{1}, then \\boxed{\\frac{1}{2}}. So 7.', '\\frac{1}{2}'],
    ['a box with nested braces', '\\boxed{\\text{a {b} c}}', '\\text{a {b} c}'],
    ['a box without braces', 'so \\boxed 5.', '5'],
    ['a frame', '\\fbox{x}', 'x'],
    ['a box rather than a later sentence', '\\boxed{3}. The answer is 4.', '3'],
    ['an earlier box where the last is cut off or empty', '\\boxed{3} \\boxed{} \\boxed{4', '3'],
    ['hash marks', 'The answer is 3.\n#### 1,200', '1,200'],
    ['hash marks with a unit', '#### 18 dollars', '18 dollars'],
    ['a sentence', 'There are 3. The answer is 18. I hope that helps 100 %.', '18'],
    ['a sentence with money', 'The answer is $18.', '$18'],
    ['a sentence with words before its number', 'The answer is that she makes $18 every day.', '$18'],
    ['a sentence with its reason', 'The answer is 5 because 3 + 4 = 7.', '5'],
    ['a sentence with its sum', 'The answer is 5 + 3 = 8.', '8'],
    ['a sentence with words', 'The answer is Evelyn.', 'Evelyn'],
    [
      'a sentence with a formula',
      'the final answer is $\\frac{1}{2}$. I hope it is correct.',
      '\\frac{1}{2}',
    ],
    ['a sentence with several', 'The answers are 1 and 2.', '1 and 2'],
    ['a question named', 'The answer to the first question is 7.', '7'],
    ['a heading', '**Final Answer**\n\n\\[ x = 3 \\]', 'x = 3'],
    ['a label', 'ANSWER: 5', '5'],
    ['a label in bold', '**Answer:** 5 apples', '5 apples'],
    ['a label with a choice', 'Therefore, the answer is (B) Paris.', 'B'],
    ['a label with an option', 'The correct answer is option C.', 'C'],
    ['a label with several', 'Answer: x = 2, y = 3', 'x = 2, y = 3'],
    ["a solution's last line", '3 * 4 = <<3*4=12>>12\nA: 26', '26'],
    ['the last number', 'She has 5 - 3 = 2 apples', '2'],
    ['the last number and not what follows a minus', '16 - 3', '3'],
    ['a number below 0', 'so x = -3.', '-3'],
    ['a number with its currency and separators', 'That leaves $2,500.75.', '$2,500.75'],
    ['a number with its percent sign', 'It is 50%', '50%'],
    ['a fraction', 'which is 1/2', '1/2'],
    ['a fraction in LaTeX', 'half is \\frac{1}{2}', '\\frac{1}{2}'],
    ['the formula of the last number', 'Thus the area is $12\\pi$.', '12\\pi'],
    ['the end of an equation', 'We get $3\\cdot4 = 12$.', '12'],
    ['prices, which are no formula', 'It costs $5 and then $6', '$6'],
  ])('%s', (_name, text, answer) => {
    expect(extractAnswer(text)).toBe(answer);
  });

  it.each(['', 'I do not know.', '<<3*4=12>>', '<<3*4=1'])('nothing in %j', (text) => {
    expect(extractAnswer(text)).toBeNull();
  });
});

const prose = fc
  .array(
    fc.constantFrom('Then', 'she', 'has', '12', 'eggs', '$3', 'so', '= 4.', '<<1+1=2>>2', 'x', '\n', '0.5'),
  )
  .map((words) => words.join(' '));
const planted = fc.oneof(
  fc.integer().map(String),
  fc.tuple(fc.integer(), fc.integer({ min: 1, max: 99 })).map(([top, bottom]) => `${top}/${bottom}`),
  fc.tuple(fc.integer(), fc.integer({ min: 1, max: 99 })).map(([top, bottom]) => `\\frac{${top}}{${bottom}}`),
  fc.integer({ min: 1, max: 10 ** 9 }).map((value) => value.toLocaleString('en-US')),
  fc.integer({ min: 1, max: 99_999 }).map((cents) => (cents / 100).toFixed(2)),
);
const STATEMENTS: readonly ((answer: string) => string)[] = [
  (answer) => `\\boxed{${answer}}`,
  (answer) => `$\\boxed{${answer}}$.`,
  (answer) => `\n#### ${answer}`,
  (answer) => `The answer is ${answer}.`,
  (answer) => `The final answer is $${answer}$.`,
  (answer) => `\nANSWER: ${answer}`,
  (answer) => `\nA: ${answer}`,
];

describe('of any text', () => {
  it('an answer that is stated at its end is found', () => {
    fc.assert(
      fc.property(prose, planted, fc.constantFrom(...STATEMENTS), (before, answer, state) => {
        const found = extractAnswer(`${before} ${state(answer)}`);
        expect(found === null ? found : equalAnswers(found, answer)).toBe(true);
      }),
    );
  });

  it('a number at its end is found', () => {
    fc.assert(
      fc.property(prose, planted, (before, answer) => {
        const found = extractAnswer(`${before} so that is ${answer}.`);
        expect(found === null ? found : equalAnswers(found, answer)).toBe(true);
      }),
    );
  });

  it('nothing throws, and nothing is made up', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const found = extractAnswer(text);
        if (found !== null) expect(found.trim()).not.toBe('');
      }),
    );
  });

  it.each([
    '$',
    '\\boxed{',
    'answer is ',
    'answer to ',
    '1/',
    '\\[1',
    '\\(',
    '<<',
    '- ',
    '1,',
    '$a',
    'a ',
    '\\frac{',
    ' ',
    'A:\n',
    '\n####',
    '*_',
  ])('100,000 characters of %j take less than a second', (part) => {
    const text = part.repeat(100_000 / part.length);
    const began = performance.now();
    extractAnswer(text);
    expect(performance.now() - began).toBeLessThan(1000);
  });
});
