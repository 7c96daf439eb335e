import type { Problem, Step } from './problem.ts';
import { finalSentence, initialState, type State, workStep } from './solve.ts';

const EQUATION = /([^.]*?) \d+ [+×÷-] (\d+) = (\d+)/g;

/** Where a solution stands after an accepted prefix. */
interface Standing {
  state: State;
  /** Steps that nothing in the prefix took the place of. */
  pending: Step[];
}

/**
 * Reads an accepted prefix, wrong results in it included. An equation takes the place of the step that begins as it
 * does, or of the due one if it uses its number, whatever else is wrong with it; any other is an extra, whose result
 * becomes the running total.
 */
function standingAfter(problem: Problem, prefix: string): Standing {
  const state = initialState(problem);
  const pending = [...problem.steps];
  for (const [, lead = '', right, result] of prefix.matchAll(EQUATION)) {
    const index = placeOf({ lead: lead.trim(), right: Number(right) }, { state, pending });
    const [taken] = index < 0 ? [] : pending.splice(index, 1);
    state[taken?.into ?? 'total'] = Number(result);
  }
  return { state, pending };
}

function placeOf(equation: { lead: string; right: number }, { state, pending }: Standing): number {
  const exact = pending.findIndex((step) => step.lead === equation.lead);
  const [due] = pending;
  if (exact >= 0 || !due) return exact;
  const numberless = (lead: string) => lead.replace(/\d+/g, '');
  const alike = numberless(due.lead) === numberless(equation.lead);
  return alike || workStep(due, state).right === equation.right ? 0 : -1;
}

/** The sentence that is due after `prefix`, judged against the question and the prefix. Null after the answer was given. */
export function dueSentence(problem: Problem, prefix: string): string | null {
  if (/The answer is/.test(prefix)) return null;
  const { state, pending } = standingAfter(problem, prefix);
  const [step] = pending;
  return step ? workStep(step, state).text : finalSentence(state.total);
}

/** Words that begin with a capital only because a sentence begins with them. */
const OPENERS = new Set(
  'A After Among An And Both Each He Hence In It Now On So Split Sum That The Then There They This Thus Together Total With Without'.split(
    ' ',
  ),
);

/** What a sentence claims: its numbers and operators in order, and who it names. Wording may differ. */
function claimsOf(sentence: string): string {
  const ordered = sentence.replace(
    /(\d+) ([+×]) (\d+)/,
    (equation, left: string, op: string, right: string) =>
      Number(left) < Number(right) ? `${right} ${op} ${left}` : equation,
  );
  const numbers = ordered.match(/\d+|[+×÷-]|=/g) ?? [];
  const names = new Set((sentence.match(/\b[A-Z][a-z]+\b/g) ?? []).filter((word) => !OPENERS.has(word)));
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
