import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalAnswers } from './equal.ts';

/** Both ways round: equality is symmetric. */
function expectEqual(one: string, other: string, equal: boolean): void {
  expect([equalAnswers(one, other), equalAnswers(other, one)]).toEqual([equal, equal]);
}

describe('equal are', () => {
  it.each([
    ['fractions', '\\frac43', '\\dfrac{4}{3}'],
    ['a fraction and its decimal', '0.5', '\\frac12'],
    ['a fraction not in lowest terms', '6/4', '3/2'],
    ['signs of a fraction', '-\\frac{35}{9}', '\\frac{-35}{9}'],
    ['a mixed number', '137 \\frac{1}{2}', '137.5'],
    ['a mixed number in plain text', '1 1/2', '\\frac{3}{2}'],
    ['a mixed number below 0', '-1\\frac12', '-1.5'],
    ['powers of ten', '2\\times 10^3', '2000'],
    ['separators', '1,000', '1000'],
    ['separators in LaTeX', '11,\\! 111,\\! 111,\\! 100', '11111111100'],
    ['separators in braces', '20{,}000', '20000'],
    ['currency', '\\$32,\\!348', '32348'],
    ['currency in words', '$18', '18 dollars'],
    ['words behind', '80 miles per hour', '80'],
    ['percent without its sign', '50\\%', '50'],
    ['percent as a share', '50%', '0.5'],
    ['degrees', '30^\\circ', '30'],
    ['degrees in words', '\\frac{270}7\\text{ degrees}', '\\frac{270}{7}^{\\circ}'],
    ['names of a unit', '10\\text{ cm}', '10 centimeters'],
    ['squares of a unit', '3 \\text{ cm}^2', '3'],
    ['a repeating decimal', '0.\\overline{3}', '1/3'],
    ['a rounded decimal of four digits', '\\frac{2}{3}', '0.6667'],
    ['a rounded formula', '12\\pi', '37.70'],
    ['the last digits of a double', '119.69999999999999', '119.7'],
    ['enclosed', '\\(5\\)', '**5**.'],
    ['boxed', '\\boxed{5}', '$5$'],
    ['a choice', '(A)', '\\text{A}.'],
    ['case of words', '\\text{Even}.', 'even'],
    ['named', 'x = 5', '5'],
    ['a function named', 'f(x) = x^2', 'x^2'],
    ['a length named', 'AB = 5', '5'],
    ['an angle named', '\\angle ABC = 30^\\circ', '30'],
    ['a chain', 'x = 2 + 3 = 5', '5'],
    ['a tuple', '\\left( \\frac{3}{2}, -13 \\right)', '(1.5,-13)'],
    ['a vector', '\\begin{pmatrix} -1/3 \\\\ 2/3 \\end{pmatrix}', '\\left(-\\frac13, \\frac23\\right)'],
    [
      'matrices',
      '\\begin{bmatrix}1&2\\\\3&4\\end{bmatrix}',
      '\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}',
    ],
    ['a list in another order', '1,-2', '-2, 1'],
    ['a list in words', '4, 5, and 6', '\\{6, 5, 4\\}'],
    ['roots named', 'x=1 or x=-2', '1,-2'],
    ['plus and minus', '1 \\pm \\sqrt{19}', '1-\\sqrt{19}, 1+\\sqrt{19}'],
    ['a set of one', '\\{5\\}', '5'],
    ['no elements', '\\emptyset', '\\{\\}'],
    ['an interval', '(-\\infty,0]', '( -\\infty , 0 ]'],
    ['an inequality', '(-1, 4]', '-1 < x \\le 4'],
    ['an inequality the other way', '3 \\geq t', '(-\\infty, 3]'],
    ['membership', 'x \\in [0,1]', '[0,1]'],
    ['a union', '(2,12) \\cup (12,102)', '(12,102)\\cup(2,12)'],
    ['inequalities', 'x<-2 \\text{ or } x>3', '(-\\infty,-2) \\cup (3,\\infty)'],
    ['angle brackets', '\\langle 1,2 \\rangle', '(1,2)'],
    ['a sine', '\\sin 30^\\circ', '\\frac12'],
    ['a logarithm', '\\log_2 8', '3'],
    ['roots', '3\\sqrt{13}', '\\sqrt{117}'],
    ['a rationalised root', '\\frac{\\sqrt{3}}{3}', '1/\\sqrt3'],
    ['signs of Unicode', '3√2·π', '3\\sqrt{2}\\pi'],
    ['plain functions', 'sqrt(51)', '\\sqrt{51}'],
    ['terms', 'x^3+3x-6', '3x - 6 + x^{3}'],
    ['factors', '6r^2-4r-24', '2(3r^2-2r-12)'],
    ['complex numbers', '-2+7i', '7i - 2'],
    ['powers', '2^{10}', '1024'],
    ['binomials', '\\binom{5}{2}', '10'],
    ['equations', '5x - 7y + 11z + 4 = 0', '-5x + 7y - 11z = 4'],
    ['a line', 'y = 2x + 3', '2x + 3'],
    ['digits in a base', '52_8', '52_{8}'],
  ])('%s: %s and %s', (_name, one, other) => {
    expectEqual(one, other, true);
  });
});

describe('different are', () => {
  it.each([
    ['signs', '5', '-5'],
    ['rough decimals', '1/3', '0.33'],
    ['wrongly rounded decimals', '1/3', '0.3334'],
    ['near decimals', '0.15', '0.151'],
    ['near numbers', '100', '100.0001'],
    ['bases', '52_8', '52_9'],
    ['a base and none', '52_8', '52'],
    ['a base and its value', '52_8', '42'],
    ['units', '5 cents', '5 dollars'],
    ['halves of the day', '10 am', '10 pm'],
    ['tuples in another order', '(1,2)', '(2,1)'],
    ['a tuple and a number', '(1,200)', '1200'],
    ['brackets', '[1,2]', '(1,2)'],
    ['intervals of a union', '(0,9) \\cup (9,36)', '(0,9) \\cup [9,36)'],
    ['lengths of lists', '1,2', '1'],
    ['how often an item stands in a list', '1,1,2', '1,2,2'],
    [
      'a transposed matrix',
      '\\begin{bmatrix}1&2\\\\3&4\\end{bmatrix}',
      '\\begin{bmatrix}1&3\\\\2&4\\end{bmatrix}',
    ],
    ['variables', '3R^2', '3r^2'],
    ['anagrams', 'listen', 'silent'],
    ['words', '\\text{Evelyn}', 'Eve'],
    ['choices', 'A', 'B'],
    ['what is the same above 0 only', '\\sqrt{x^2}', 'x'],
    ['equations', '5x - 7y + 11z + 4 = 0', '5x - 7y + 11z - 4 = 0'],
    ['an equation and a side of it', '2x = 10', '10'],
    ['names', 'x = 5', 'y = 5'],
    ['digits apart', '1 2', '12'],
    ['times of day', '1:23', '12:3'],
    ['indices', 'x_1 2', 'x_12'],
    ['nothing and a mark', '', '.'],
    ['nothing and something', '', '5'],
    ['what is too large to look at', '9^{9^{9^{9}}}', '9^{9^{9^{8}}}'],
  ])('%s: %s and %s', (_name, one, other) => {
    expectEqual(one, other, false);
  });
});

const whole = fc.integer({ min: -9999, max: 9999 });
const number = fc.oneof(
  whole.map(String),
  fc.tuple(whole, fc.integer({ min: 1, max: 99 })).map(([top, bottom]) => `\\frac{${top}}{${bottom}}`),
  fc.tuple(whole, fc.integer({ min: 0, max: 3 })).map(([value, places]) => (value / 1000).toFixed(places)),
);
const { formula } = fc.letrec<{ formula: string }>((tie) => ({
  formula: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('x', 'y', 'a', '\\pi', 'i', '2', '7', '\\frac{1}{3}'),
    fc.tuple(tie('formula'), tie('formula')).map(([one, other]) => `(${one})+(${other})`),
    fc.tuple(tie('formula'), tie('formula')).map(([one, other]) => `(${one})(${other})`),
    tie('formula').map((inner) => `\\sqrt{${inner}}`),
    fc.tuple(tie('formula'), fc.integer({ min: 2, max: 4 })).map(([base, power]) => `(${base})^${power}`),
  ),
}));

describe('of generated answers', () => {
  it('each equals itself, in any dress', () => {
    fc.assert(
      fc.property(fc.oneof(number, formula), (text) => {
        expect(equalAnswers(text, text)).toBe(true);
        expectEqual(text, `$${text.replaceAll('\\frac', '\\dfrac')}$.`, true);
        expectEqual(text, `\\boxed{z = ${text}}`, true);
      }),
      { numRuns: 60 },
    );
  });

  it('numbers are equal where their values are', () => {
    fc.assert(
      fc.property(
        whole,
        fc.integer({ min: 1, max: 99 }),
        fc.integer({ min: 1, max: 9 }),
        (top, bottom, factor) => {
          expectEqual(`${top}/${bottom}`, `\\frac{${top * factor}}{${bottom * factor}}`, true);
          expectEqual(`${top}/${bottom}`, `\\frac{${top + 1}}{${bottom}}`, false);
          expectEqual(`${top}/${bottom}`, `\\frac{${top * factor + 1}}{${bottom * factor}}`, false);
        },
      ),
    );
  });

  it('equality is symmetric', () => {
    fc.assert(
      fc.property(fc.oneof(number, formula), fc.oneof(number, formula), (one, other) => {
        expect(equalAnswers(one, other)).toBe(equalAnswers(other, one));
      }),
      { numRuns: 60 },
    );
  });

  it('a formula differs from three of it and one', () => {
    fc.assert(
      fc.property(formula, (text) => expectEqual(text, `3(${text})+1`, false)),
      { numRuns: 60 },
    );
  });
});

const PARTS = [
  '9^{',
  '9^9',
  '!',
  '|',
  '(',
  'f(',
  ')',
  '}',
  '{',
  '\\frac',
  '\\sqrt',
  '\\sin',
  '\\forall',
  '\\prod',
  '++',
];

describe('whatever the texts are', () => {
  const pieces = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 100 }),
    fc
      .array(fc.constantFrom(...PARTS, ',', '=', '<', '_', '\\cup', '1', 'x', ' ', '\\text{'), {
        maxLength: 30,
      })
      .map((parts) => parts.join('')),
  );

  it('nothing throws, each equals itself, and both orders agree', () => {
    fc.assert(
      fc.property(pieces, pieces, (one, other) => {
        expect(equalAnswers(one, one)).toBe(true);
        expect(equalAnswers(one, other)).toBe(equalAnswers(other, one));
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ...PARTS,
    '\\prod\\degree^{\\lvert',
    'gf(++',
    '99999!',
    '(9^9)',
    'x^{x^',
    '1,',
    '=',
    ' a',
    '\\pm',
    '2%',
  ])('repeated %j takes no longer than the limit', (part) => {
    equalAnswers('x+y', 'y+x');
    for (const times of [5, 40, 1000]) {
      const text = part.repeat(times).slice(0, 999);
      const began = performance.now();
      equalAnswers(text, `${text.slice(0, -1)}2`);
      expect(performance.now() - began).toBeLessThan(5000);
    }
  });

  it('a formula that grows beyond every bound is left alone', () => {
    for (const text of [
      '9^{9^{9^{9}}}',
      '((9^{999})^{999})^{999}',
      '99999!',
      '(9^9)!',
      '2^{100000000}',
      '(a+b+c+d)^{9999}',
    ])
      expectEqual(text, `${text}+1`, false);
  });
});
