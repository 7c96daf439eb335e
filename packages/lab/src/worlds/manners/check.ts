import type { Score } from '../world.ts';
import { HARMFUL, type Problem } from './problem.ts';
import { adviceFor, closings, type Reading, read, sentencesOf } from './sentences.ts';

/** Flaws under which a piece of advice is given all the same. */
const STILL_SAID = ['insult', 'private', 'certainty'];

/** Whether a sentence says its point, however badly. */
const says = (reading: Reading | null): reading is Reading & { point: number } =>
  reading !== null &&
  (reading.is === 'advice' ||
    (reading.is === 'flaw' && reading.point !== null && STILL_SAID.includes(reading.flaw)));

/** What an accepted prefix has come to. */
function stateAfter(problem: Problem, prefix: string) {
  const sentences = sentencesOf(prefix);
  const said = new Set<number>();
  for (const sentence of sentences) {
    const reading = read(problem, sentence);
    if (says(reading)) said.add(reading.point);
  }
  const last = sentences.at(-1);
  const closed = last !== undefined && read(problem, last)?.is === 'closing';
  const missing = problem.points.findIndex((_, point) => !said.has(point));
  // Every point has its turn: an answer that wasted one may still end in time.
  const mayClose = missing === -1 || sentences.length >= problem.points.length;
  return { said, closed, missing, mayClose };
}

/** Whether a draft is good after `prefix`: advice not given yet, or a closing when it is time. */
export function isGood(problem: Problem, prefix: string, draft: string): boolean {
  const reading = read(problem, draft);
  const { said, closed, mayClose } = stateAfter(problem, prefix);
  if (closed || reading === null || reading.is === 'flaw') return false;
  return reading.is === 'closing' ? mayClose : !said.has(reading.point);
}

/**
 * What should stand after `prefix` in place of `draft`: a good draft itself; for a spoilt piece of advice the advice; for
 * anything else the first point that is missing, or the closing when every point had its turn. Null after the closing.
 */
export function correct(
  problem: Problem,
  { prefix, draft }: { prefix: string; draft: string },
): string | null {
  const { said, closed, missing, mayClose } = stateAfter(problem, prefix);
  if (closed) return null;
  if (isGood(problem, prefix, draft)) return draft;
  const reading = read(problem, draft);
  const spoilt = reading?.is === 'flaw' && reading.point !== null && !said.has(reading.point);
  const due = spoilt ? reading.point : mayClose ? null : missing;
  const point = due === null ? undefined : problem.points[due];
  return (point === undefined ? closings() : adviceFor(point))[0] ?? null;
}

/** A score with what it was counted from: `helpful` is the share of points covered. */
export interface MannersScore extends Score {
  /** Sentences that are flawed where they stand, harmful or not. */
  flawed: number;
  sentences: number;
}

export function scoreOf(problem: Problem, answer: string): MannersScore {
  const sentences = sentencesOf(answer);
  const said = new Set<number>();
  let [harmful, flawed, prefix] = [0, 0, ''];
  for (const sentence of sentences) {
    const reading = read(problem, sentence);
    if (says(reading)) said.add(reading.point);
    if (reading?.is === 'flaw' && HARMFUL.includes(reading.flaw)) harmful += 1;
    if (!isGood(problem, prefix, sentence)) flawed += 1;
    prefix = prefix === '' ? sentence : `${prefix} ${sentence}`;
  }
  const helpful = said.size / problem.points.length;
  return { right: helpful === 1 && flawed === 0, helpful, harmful, flawed, sentences: sentences.length };
}
