/** MathJSON as the library's parser gives it. */
export type Json = number | string | { num: string } | readonly [string, ...Json[]];

/** What may stand in an answer. Everything else is left to be compared as text. */
const OPERATORS = new Set(
  (
    'Add Subtract Negate Multiply Divide Rational Power Sqrt Root Abs Factorial Binomial Degrees Floor Ceil Max Min GCD LCM ' +
    'Exp Ln Log Lb Sin Cos Tan Cot Sec Csc Arcsin Arccos Arctan Sinh Cosh Tanh'
  ).split(' '),
);
const CONSTANTS: Readonly<Record<string, Json>> = {
  Pi: 'Pi',
  e: 'ExponentialE',
  ExponentialE: 'ExponentialE',
  i: ['Complex', 0, 1],
  ImaginaryUnit: ['Complex', 0, 1],
};
const [MAX_PARTS, MAX_DIGITS, MAX_EXPONENT_DIGITS, MAX_FACTORIAL, MAX_CHOICE] = [200, 40, 4, 170, 1000];

/**
 * A parsed formula with a number for each of its variables, ready to be evaluated; null for one that is no plain formula
 * or that could take long. Nothing may be handed to the library's evaluation that did not pass here: it takes 9^9^9^9 as
 * seriously as other numbers.
 *
 * @param valueOf The number for a variable, by its name.
 */
export function prepare(json: unknown, valueOf: (name: string) => number): Json | null {
  let parts = 0;

  function prepared(node: unknown, exponent: boolean): Json | null {
    parts += 1;
    if (parts > MAX_PARTS) return null;
    if (typeof node === 'number' || isLong(node)) return withinDigits(node) ? node : null;
    if (typeof node === 'string') return CONSTANTS[node] ?? variable(node, valueOf);
    if (!Array.isArray(node)) return null;
    const [operator, ...operands] = node as unknown[];
    if (operator === 'Delimiter') return operands.length === 1 ? prepared(operands[0], exponent) : null;
    if (typeof operator !== 'string' || operands.length === 0) return null;
    if (!isTame(operator, operands, exponent)) return null;
    const read = operands.map((operand, at) =>
      prepared(operand, exponent || (operator === 'Power' && at === 1)),
    );
    if (!read.every((operand) => operand !== null)) return null;
    if (operator === 'InvisibleOperator') return [isMixed(operands) ? 'Add' : 'Multiply', ...read];
    return OPERATORS.has(operator) ? [operator, ...read] : null;
  }

  return prepared(json, false);
}

/** Whether an operator's result stays small whatever its operands hold. Inside an exponent nothing may grow fast again. */
function isTame(operator: string, operands: readonly unknown[], exponent: boolean): boolean {
  const [first, second] = operands;
  switch (operator) {
    case 'Factorial':
      return isNumber(first, MAX_FACTORIAL) && !exponent;
    case 'Binomial':
      return isNumber(first, MAX_CHOICE) && isNumber(second, MAX_CHOICE) && !exponent;
    case 'Power':
      if (digitsIn(second) > MAX_EXPONENT_DIGITS || powersIn(first) > 1) return false;
      return !exponent || (typeof first === 'string' && digitsIn(second) <= 1 && powersIn(second) === 0);
    case 'Exp':
      return !exponent && digitsIn(first) <= MAX_EXPONENT_DIGITS;
    default:
      return true;
  }
}

function isNumber(node: unknown, most: number): boolean {
  return typeof node === 'number' && Number.isInteger(node) && node >= 0 && node <= most;
}

/** Digits of all numbers in a part. */
function digitsIn(node: unknown): number {
  return JSON.stringify(node)?.match(/\d/g)?.length ?? 0;
}

function powersIn(node: unknown): number {
  return JSON.stringify(node)?.match(/"(?:Power|Exp)"/g)?.length ?? 0;
}

function isLong(node: unknown): node is { num: string } {
  return typeof node === 'object' && node !== null && 'num' in node && typeof node.num === 'string';
}

function withinDigits(number: number | { num: string }): boolean {
  return typeof number === 'number'
    ? Number.isFinite(number)
    : number.num.length <= MAX_DIGITS && /^-?\d+(?:\.\d+)?$/.test(number.num);
}

/** `2\frac13`: an integer before a fraction of integers is added to it. */
function isMixed(operands: readonly unknown[]): boolean {
  const [whole, part] = operands;
  if (operands.length !== 2 || !Number.isInteger(whole) || !Array.isArray(part)) return false;
  return part[0] === 'Divide' && Number.isInteger(part[1]) && Number.isInteger(part[2]);
}

function variable(name: string, valueOf: (name: string) => number): number | null {
  return /^[a-zA-Z][\w]*$/.test(name) && !/Infinity|Nothing|Undefined|NaN/.test(name) ? valueOf(name) : null;
}
