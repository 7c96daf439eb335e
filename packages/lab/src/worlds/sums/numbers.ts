import type { Random } from '../random.ts';
import { LARGEST, type Operand, type Step } from './problem.ts';
import { amountOf, compute, type Equation, type State } from './solve.ts';
import type { DraftOperand, DraftStep, Move, NumberKind } from './stories/telling.ts';

/** Draws of one step's numbers before the whole story is drawn anew. */
const TRIES = 12;

const upTo = (random: Random, ranges: readonly (readonly [low: number, high: number])[]) =>
  random.int(...random.pick(ranges));

const DRAWS: Record<NumberKind, (random: Random) => number> = {
  start: (random) =>
    upTo(random, [
      [3, 9],
      [10, 99],
      [10, 99],
      [10, 99],
      [100, 600],
    ]),
  change: (random) =>
    upTo(random, [
      [2, 9],
      [10, 99],
      [10, 99],
      [100, 400],
    ]),
  groups: (random) =>
    upTo(random, [
      [2, 9],
      [2, 9],
      [2, 9],
      [10, 60],
    ]),
  size: (random) =>
    upTo(random, [
      [2, 9],
      [10, 30],
      [10, 99],
    ]),
  factor: (random) => random.int(3, 9),
  divisor: (random) => random.int(2, 9),
  aside: (random) => random.int(4, 60),
};

/** A story's numbers to draw: their kinds by slot, the slot of the opening's count, and the steps they take part in. */
export interface Numbering {
  numbers: readonly NumberKind[];
  start: number;
  moves: readonly Move[];
}

/**
 * Draws a story's numbers so that every result fits the world, as it is and as the upstream is taught, and so that flaws
 * show where they shall. Null if this draw led nowhere.
 */
export function drawNumbers({ numbers, start, moves }: Numbering, random: Random): number[] | null {
  const values = numbers.map((kind) => DRAWS[kind](random));
  const drawn = new Set([start]);
  const begin = { total: values[start] ?? 0, part: 0 };
  let paths: Paths = { right: begin, taught: begin };
  for (const move of moves) {
    const open = slotsOf(move).filter((slot) => !drawn.has(slot));
    let next = advance(move, values, paths);
    for (let tries = 1; !next && tries < TRIES; tries += 1) {
      // The opening's count may be what does not fit; only a new draw of everything changes that.
      if (open.length === 0) return null;
      for (const slot of open) values[slot] = DRAWS[numbers[slot] ?? 'change'](random);
      next = advance(move, values, paths);
    }
    if (!next) return null;
    paths = next;
    for (const slot of open) drawn.add(slot);
  }
  // The checker tells a sentence by its number: one that does not matter must not be taken for one that does.
  const isAlone = (value: number) => values.indexOf(value) === values.lastIndexOf(value);
  return values.every((value, slot) => numbers[slot] !== 'aside' || isAlone(value)) ? values : null;
}

/** The states of both tellings: with every step right, and with those the upstream is taught. */
interface Paths {
  right: State;
  taught: State;
}

function slotsOf({ right, taught, beside }: Move): number[] {
  return [right, taught, beside]
    .flatMap((step) => [step?.left, step?.right])
    .flatMap((operand) => (typeof operand === 'object' && 'slot' in operand ? [operand.slot] : []));
}

function advance(
  { right, taught, context, beside }: Move,
  values: readonly number[],
  paths: Paths,
): Paths | null {
  if (beside && resultOf(beside, values, paths.right) === null) return null;
  const taken = resultOf(taught, values, paths.taught);
  if (taken === null) return null;
  const next = { ...paths, taught: { ...paths.taught, [taught.into]: taken } };
  if (!right) return next;
  const given = resultOf(right, values, paths.right);
  const due = resultOf(right, values, paths.taught);
  if (given === null || due === null || (taken !== due) !== (context?.shows ?? false)) return null;
  return { ...next, right: { ...paths.right, [right.into]: given } };
}

function resultOf(step: DraftStep, values: readonly number[], state: State): number | null {
  const left = amountOf(settle(step.left, values), state);
  const right = amountOf(settle(step.right, values), state);
  const equation = { left, op: step.op, right };
  if (!isTame(equation)) return null;
  const result = compute(equation, step.computation);
  // One thing would need a singular.
  return result >= 2 && result <= LARGEST ? result : null;
}

function isTame({ left, op, right }: Equation): boolean {
  if (op === '×') return Math.min(left, right) <= 9 && Math.max(left, right) <= 99;
  if (op === '÷') return left % right === 0 && right <= 9 && left / right <= 99;
  return op === '+' || left > right;
}

const settle = (operand: DraftOperand, values: readonly number[]): Operand =>
  typeof operand === 'object' && 'slot' in operand ? { told: values[operand.slot] ?? 0 } : operand;

/** A step with the numbers that were drawn. */
export function settleStep(step: DraftStep, values: readonly number[]): Step {
  const { left, right } = step;
  return {
    ...step,
    lead: settleText(step.lead, values),
    left: settle(left, values),
    right: settle(right, values),
  };
}

/** A text with the numbers that were drawn. */
export const settleText = (text: string, values: readonly number[]) =>
  text.replace(/\{(\d+)\}/g, (_, slot: string) => String(values[Number(slot)]));
