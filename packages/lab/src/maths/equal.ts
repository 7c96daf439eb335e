import { type Answer, readAnswer } from './answer.ts';
import { sameValue, type Value, valuesOf } from './engine.ts';
import { percent, type Rational, sameRational, terminates, toNumber } from './rational.ts';

type ValueAnswer = Extract<Answer, { kind: 'value' }>;
type Relation = Extract<Answer, { kind: 'relation' }>;

/** Longer texts are compared letter by letter. */
const MAX_LENGTH = 1000;
/** A decimal of fewer digits is too rough to stand for a number that it is not. */
const MIN_DIGITS = 4;
/** Digits that a double holds for sure: what is written with more comes from a calculator. */
const FLOAT_DIGITS = 12;
/** A list of more items is compared as text. */
const MAX_ITEMS = 40;

/**
 * Whether two answers say the same: numbers exactly (a fraction, a mixed number, a decimal), formulas by their values,
 * tuples and intervals in order and with their brackets, sets and lists of roots without order, text without case,
 * punctuation and spaces. What stands in only one of them is forgiven: a unit, "x =", a percent sign (15 % is 15 and also
 * 0.15). Digits in another base than ten equal only the same digits in the same base.
 *
 * A decimal equals a number that no decimal can write (1/3, √2) if it has four digits or more and is that number rounded.
 * Two decimals, or a decimal and a number that ends, are never taken for each other, but for the last digits of doubles.
 *
 * Symmetric. Never throws. Takes milliseconds, and for each formula that is made to take long a second at most.
 */
export function equalAnswers(one: string, other: string): boolean {
  if (one.trim() === other.trim()) return true;
  if (one.length > MAX_LENGTH || other.length > MAX_LENGTH) return false;
  return equal(readAnswer(one), readAnswer(other));
}

function equal(one: Answer, other: Answer): boolean {
  if (one.kind === 'value' && other.kind === 'value') return equalValues(one, other);
  if (one.kind === 'relation' && other.kind === 'relation') return equalRelations(one, other);
  if (one.kind === 'relation') return isSolved(one) && equal(one.right, other);
  if (other.kind === 'relation') return isSolved(other) && equal(one, other.right);
  if (one.kind === 'collection' && other.kind === 'collection') return equalSets(one.items, other.items);
  if (one.kind === 'collection') return isOnly(one.items, other);
  if (other.kind === 'collection') return isOnly(other.items, one);
  if (one.kind === 'group' && other.kind === 'group')
    return one.open === other.open && one.close === other.close && equalLists(one.items, other.items);
  if (one.kind === 'matrix' && other.kind === 'matrix')
    return (
      one.rows.length === other.rows.length &&
      one.rows.every((row, at) => equalLists(row, other.rows[at] ?? []))
    );
  if (one.kind === 'based' && other.kind === 'based')
    return one.digits === other.digits && one.base === other.base;
  return one.kind === 'text' && other.kind === 'text' && one.text !== '' && one.text === other.text;
}

function equalLists(one: readonly Answer[], other: readonly Answer[]): boolean {
  return one.length === other.length && one.every((item, at) => equalItem(item, other[at]));
}

function equalItem(one: Answer, other: Answer | undefined): boolean {
  return other !== undefined && equal(one, other);
}

function equalSets(one: readonly Answer[], other: readonly Answer[]): boolean {
  if (one.length !== other.length || one.length > MAX_ITEMS) return false;
  const left = [...other];
  return one.every((item) => {
    const at = left.findIndex((candidate) => equal(item, candidate));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

function isOnly(items: readonly Answer[], other: Answer): boolean {
  const [only, ...more] = items;
  return only !== undefined && more.length === 0 && equal(only, other);
}

/** Whether an equation names its right side: "x = 5", "f(x) = …", "AB = 3", "2 + 3 = 5". */
function isSolved({ left, operator }: Relation): boolean {
  if (operator !== '=') return false;
  if (left.kind === 'text') return true;
  return (
    left.kind === 'value' && (left.exact !== null || !/[a-z]\W*[+\-^/]|\d\W*[a-z]|\\frac/i.test(left.formula))
  );
}

/** Equations are the same where one is a multiple of the other; inequalities where their sides are the same. */
function equalRelations(one: Relation, other: Relation): boolean {
  if (one.operator !== other.operator) return false;
  if (equal(one.left, other.left) && equal(one.right, other.right)) return true;
  if (one.operator !== '=' && one.operator !== '\\ne') return false;
  if (equal(one.left, other.right) && equal(one.right, other.left)) return true;
  const [left, right] = [differences(one), differences(other)];
  const [first, second] = [left?.[0], right?.[0]];
  if (left === null || right === null || first === undefined || second === undefined) return false;
  if ([...left, ...right].some((value) => sameValue(value, { re: 0, im: 0 }))) return false;
  return left.every((value, at) => {
    const counterpart = right[at];
    return counterpart !== undefined && sameValue(product(value, second), product(counterpart, first));
  });
}

function differences({ left, right }: Relation): readonly Value[] | null {
  if (left.kind !== 'value' || right.kind !== 'value') return null;
  // Without a variable both sides are numbers, and every equation is a multiple of every other.
  if (!/[a-zA-Z]/.test((left.formula + right.formula).replace(/\\[a-zA-Z]+/g, ''))) return null;
  return valuesOf(`(${left.formula})-(${right.formula})`);
}

function product(one: Value, other: Value): Value {
  return { re: one.re * other.re - one.im * other.im, im: one.re * other.im + one.im * other.re };
}

function equalValues(one: ValueAnswer, other: ValueAnswer): boolean {
  if (one.unit !== null && other.unit !== null && one.unit !== other.unit) return false;
  if (compact(one.formula) === compact(other.formula)) return true;
  if (one.exact === null || other.exact === null) return equalFormulas(one, other);
  if (equalNumbers(one.exact, other.exact)) return true;
  if (one.unit === other.unit) return false;
  if (one.unit === 'percent') return sameRational(percent(one.exact), other.exact);
  return other.unit === 'percent' && sameRational(one.exact, percent(other.exact));
}

/** Without the spaces that part nothing. */
function compact(formula: string): string {
  return formula.replace(/(?<!\w) | (?!\w)/g, '');
}

function equalNumbers(one: Rational, other: Rational): boolean {
  if (sameRational(one, other)) return true;
  if (isRounded(one, other) || isRounded(other, one)) return true;
  const longest = Math.max(one.written?.digits ?? 0, other.written?.digits ?? 0);
  return longest > FLOAT_DIGITS && isNear(toNumber(one), toNumber(other), 10 ** -FLOAT_DIGITS);
}

/** Whether a decimal is a number, that no decimal can write, rounded to its places. */
function isRounded(decimal: Rational, of: Rational): boolean {
  return !terminates(of) && isRoundedNumber(decimal, toNumber(of));
}

function isRoundedNumber(decimal: Rational, of: number): boolean {
  if (decimal.written === undefined || decimal.written.digits < MIN_DIGITS) return false;
  const half = 0.5 * 10 ** -decimal.written.decimals;
  return Math.abs(toNumber(decimal) - of) <= half * (1 + 1e-9) || isNear(toNumber(decimal), of, 1e-15);
}

function isNear(one: number, other: number, share: number): boolean {
  return Math.abs(one - other) <= share * Math.max(Math.abs(one), Math.abs(other));
}

function equalFormulas(one: ValueAnswer, other: ValueAnswer): boolean {
  const [left, right] = [valuesOf(one.formula), valuesOf(other.formula)];
  if (left === null || right === null) return false;
  if (left.every((value, at) => right[at] !== undefined && sameValue(value, right[at]))) return true;
  return isRoundedFormula(one, right) || isRoundedFormula(other, left);
}

function isRoundedFormula({ exact }: ValueAnswer, values: readonly Value[]): boolean {
  const [first] = values;
  if (exact === null || first === undefined) return false;
  const isConstant = values.every((value) => value.im === 0 && sameValue(value, first));
  return isConstant && isRoundedNumber(exact, first.re);
}
