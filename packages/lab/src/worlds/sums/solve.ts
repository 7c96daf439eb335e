import type { Computation, Operand, Operation, Problem, Step } from './problem.ts';

/** What has been worked out so far, errors included. */
export interface State {
  total: number;
  part: number;
}

export interface Equation {
  left: number;
  op: Operation;
  right: number;
}

/**
 * The result of one equation, by arithmetic or by a misconception. After accepted errors numbers need not fit: nothing
 * falls below 0, and a remainder is dropped.
 */
export function compute({ left, op, right }: Equation, computation: Computation): number {
  switch (computation) {
    case 'right':
      return arithmetic({ left, op, right });
    case 'no-carry':
      return digitwise(left, right, (one, other, top) => (top ? one + other : (one + other) % 10));
    case 'no-borrow':
      return left < right ? 0 : digitwise(left, right, (one, other) => (one - other + 10) % 10);
    case 'reversed':
      return Number([...String(left + right)].reverse().join(''));
  }
}

function arithmetic({ left, op, right }: Equation): number {
  switch (op) {
    case '+':
      return left + right;
    case '-':
      return Math.max(0, left - right);
    case '×':
      return left * right;
    case '÷':
      return right === 0 ? 0 : Math.floor(left / right);
  }
}

/** Each column on its own; the topmost is told, since a sum may be written out there in full. */
function digitwise(
  left: number,
  right: number,
  column: (one: number, other: number, top: boolean) => number,
): number {
  let result = 0;
  for (let place = 1; place <= left || place <= right; place *= 10) {
    const top = left < place * 10 && right < place * 10;
    result += place * column(Math.floor(left / place) % 10, Math.floor(right / place) % 10, top);
  }
  return result;
}

/** A step with its numbers, and the sentence that tells it. */
export interface WorkedStep extends Equation {
  result: number;
  text: string;
}

/** Works one step out, its operands taken from the question or from what was worked out so far. */
export function workStep(step: Step, state: State): WorkedStep {
  const equation = { left: amountOf(step.left, state), op: step.op, right: amountOf(step.right, state) };
  const result = compute(equation, step.computation);
  const { left, op, right } = equation;
  return { ...equation, result, text: `${step.lead} ${left} ${op} ${right} = ${result} ${step.unit}.` };
}

export const amountOf = (operand: Operand, state: State): number =>
  typeof operand === 'string' ? state[operand] : operand.told;

/** The state before the first step. */
export const initialState = ({ start }: { start: number }): State => ({ total: start, part: 0 });

/** All steps worked out in turn. */
export function workSteps(start: number, steps: readonly Step[]): WorkedStep[] {
  let state = initialState({ start });
  return steps.map((step) => {
    const worked = workStep(step, state);
    state = { ...state, [step.into]: worked.result };
    return worked;
  });
}

export const finalSentence = (answer: number) => `The answer is ${answer}.`;

function tell(start: number, steps: readonly Step[]): string[] {
  const worked = workSteps(start, steps);
  return [...worked.map((step) => step.text), finalSentence(worked.at(-1)?.result ?? start)];
}

/** The right solution's sentences: one a step, then the answer. */
export const tellSolution = ({ start, steps }: Problem) => tell(start, steps);

/** The sentences the upstream is taught, flaws included. */
export const tellTaught = ({ start, taught }: Problem) => tell(start, taught);

/** The right answer: the last step's result. */
export const answerOf = ({ start, steps }: Problem): number =>
  workSteps(start, steps).at(-1)?.result ?? start;
