import { createHash } from 'node:crypto';

export type Split = 'train' | 'test';

const TEST_SHARE = 0.15;

/** A number in [0, 1) that depends on nothing but `text`. */
function unitHash(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
}

/** The half of {@link splitOf} that the numbers decide. */
export const splitOfOperands = (operands: readonly (number | string)[]): Split =>
  unitHash(`operands ${operands.join(' ')}`) < TEST_SHARE ? 'test' : 'train';

/** The half of {@link splitOf} that the sentence forms decide: with it, a world draws numbers only for fitting forms. */
export const splitOfTemplate = (template: string): Split =>
  unitHash(`template ${template}`) < TEST_SHARE ? 'test' : 'train';

/**
 * The split a problem belongs to, by hash of its numbers and of its template: a test problem shares neither its operand
 * tuple nor its template (its combination of sentence forms) with any training problem. Mixed ones belong to neither.
 */
export function splitOf(problem: { operands: readonly (number | string)[]; template: string }): Split | null {
  const split = splitOfTemplate(problem.template);
  return splitOfOperands(problem.operands) === split ? split : null;
}
