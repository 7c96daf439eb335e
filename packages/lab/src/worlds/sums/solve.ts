import type { Computation, Operand, Problem, Step } from './problem.ts';

/** The result of one equation, by arithmetic or by a misconception. */
export function compute(left: number, op: '+' | '-', right: number, computation: Computation): number {
  switch (computation) {
    case 'right':
      return op === '+' ? left + right : left - right;
    case 'no-carry':
      return (Math.floor(left / 10) + Math.floor(right / 10)) * 10 + (((left % 10) + (right % 10)) % 10);
    case 'no-borrow':
      return (Math.floor(left / 10) - Math.floor(right / 10)) * 10 + (((left % 10) - (right % 10) + 10) % 10);
    case 'reversed':
      return Number([...String(left + right)].reverse().join(''));
  }
}

/** A step with its numbers, and the sentence that tells it. */
export interface WorkedStep {
  left: number;
  right: number;
  result: number;
  text: string;
}

/** Works one step out, its operands taken from the question or from the results so far. */
export function workStep(step: Step, results: readonly number[]): WorkedStep {
  const left = amountOf(step.left, results);
  const right = amountOf(step.right, results);
  const result = compute(left, step.op, right, step.computation);
  return { left, right, result, text: `${step.lead} ${left} ${step.op} ${right} = ${result} ${step.unit}.` };
}

function amountOf(operand: Operand, results: readonly number[]): number {
  if ('told' in operand) return operand.told;
  const result = results[operand.step];
  if (result === undefined) throw new RangeError(`step ${operand.step} has no result yet`);
  return result;
}

/** All steps worked out in turn. */
export function workSteps(steps: readonly Step[]): WorkedStep[] {
  const results: number[] = [];
  return steps.map((step) => {
    const worked = workStep(step, results);
    results.push(worked.result);
    return worked;
  });
}

export const finalSentence = (answer: number) => `The answer is ${answer}.`;

/** A solution's sentences: one a step, then the answer. */
export function tellSolution(steps: readonly Step[]): string[] {
  const worked = workSteps(steps);
  return [...worked.map((step) => step.text), finalSentence(lastResult(worked))];
}

/** The right answer: the last step's result. */
export function answerOf(problem: Problem): number {
  return lastResult(workSteps(problem.steps));
}

function lastResult(worked: readonly WorkedStep[]): number {
  const last = worked.at(-1);
  if (!last) throw new RangeError('a solution has at least one step');
  return last.result;
}
