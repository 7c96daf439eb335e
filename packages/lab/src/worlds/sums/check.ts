import type { Problem } from './problem.ts';
import { finalSentence, workStep } from './solve.ts';

const EQUATION = /([^.]*?) \d+ [+-] (\d+) = (\d+)/g;

/**
 * The sentence that is due after `prefix`: judged against the question and the accepted prefix, wrong results in it
 * included. An accepted equation takes the place of the due step if it begins as that step does or uses its number,
 * whatever else is wrong with it; any other is an extra, whose result becomes the running total. Null after the answer
 * was given.
 */
export function dueSentence(problem: Problem, prefix: string): string | null {
  if (/The answer is/.test(prefix)) return null;
  const results: number[] = [];
  for (const [, lead = '', right, result] of prefix.matchAll(EQUATION)) {
    const due = problem.steps[results.length];
    const takesPlace = due && (lead.trim() === due.lead || workStep(due, results).right === Number(right));
    if (takesPlace) results.push(Number(result));
    else if (results.length > 0) results[results.length - 1] = Number(result);
  }
  const step = problem.steps[results.length];
  return step ? workStep(step, results).text : finalSentence(results.at(-1) ?? 0);
}

/** What a sentence claims: its numbers and operators in order, and who it names. Wording may differ. */
function claimsOf(sentence: string): string {
  const numbers = sentence.match(/\d+|[+-]|=/g) ?? [];
  const names = new Set(sentence.match(/\b[A-Z][a-z]+\b/g) ?? []);
  return [...numbers, ...[...names].sort()].join(' ');
}

/** Whether a draft says what is due: the same numbers, operators and names, in whatever words. */
export function isRight(problem: Problem, prefix: string, draft: string): boolean {
  const due = dueSentence(problem, prefix);
  return due !== null && claimsOf(draft) === claimsOf(due);
}

/** The number an answer gives, or null: the last "The answer is N". */
export function answerIn(text: string): number | null {
  const last = [...text.matchAll(/The answer is (\d+)\./g)].at(-1);
  return last ? Number(last[1]) : null;
}
