import { StreamAlignerError } from '@stream-aligner/core';
import type { AnswerTuple } from '../answers/answer-record.ts';
import { isKeep } from '../tuple.ts';
import { type Judgements, readJudgements } from './judgements.ts';

/** Which rewrites are taken: all; those that a world's checker confirms; those that a judge found better. */
export type Improvement = 'any' | 'checked' | 'judged';

/** Why a rewrite is not taken. */
export type Doubt =
  'not confirmed' | 'not checked' | 'judged worse' | 'judged equal' | 'no judgement to be had' | 'not judged';

/** Says why a rewrite is not taken, or null. Keeps always are. */
export type Belief = (tuple: AnswerTuple) => Doubt | null;

/** Prepares a filter of rewrites; `judged` reads what the judge has said. */
export async function beliefIn(improvement: Improvement, out: string): Promise<Belief> {
  if (improvement === 'any') return () => null;
  if (improvement === 'checked') return ({ record, checked }) => (isKeep(record) ? null : doubtIn(checked));
  const judgements = await readJudgements(out);
  return ({ record }) => (isKeep(record) ? null : doubtOfJudge(judgements, record));
}

function doubtIn(checked: boolean | undefined): Doubt | null {
  if (checked === undefined) return 'not checked';
  return checked ? null : 'not confirmed';
}

function doubtOfJudge(judgements: Judgements, record: AnswerTuple['record']): Doubt | null {
  const judgement = judgements.of(record);
  if (judgement === undefined) return 'not judged';
  if (judgement === null) return 'no judgement to be had';
  if (judgement === 0.5) return 'judged equal';
  return judgement > 0.5 ? null : 'judged worse';
}

/** Throws `invalid-request` where nobody has checked or judged anything, which no filter can mean. */
export function requireBelief(improvement: Improvement, counts: { rewrites: number; unasked: number }): void {
  const { rewrites, unasked } = counts;
  if (improvement === 'any' || rewrites === 0 || unasked < rewrites) return;
  const why =
    improvement === 'checked'
      ? 'no rewrite of this build was checked: only the prompts of a world can be (--world)'
      : 'no rewrite of this build was judged: name a judge (--judge)';
  throw new StreamAlignerError(
    'invalid-request',
    `Of the rewrites only improvements are wanted, but ${why}.`,
  );
}
