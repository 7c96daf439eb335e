import { join } from 'node:path';
import { StreamAlignerError } from '@stream-aligner/core';
import { type AnswerTuple, tuplesOf } from '../answers/answer-record.ts';
import { readAnswers } from '../answers/read-answers.ts';
import { openLog } from '../../folder/append-log.ts';
import { FILES } from '../folder/files.ts';
import { lockFolder } from '../../folder/lock.ts';
import { recoverLog } from '../../folder/read-log.ts';
import { hash64 } from '../hash.ts';
import { createHashMap, type HashMap } from '../hash-map.ts';
import type { Choice, PairwiseJudge } from '../../judge/pairwise.ts';
import { forEachAtOnce } from '../pool.ts';
import { isKeep, type Tuple } from '../tuple.ts';

/** One line of judgements.jsonl: what a judge made of a rewrite, the correction being `one` and the draft `other`. */
interface JudgementRecord {
  tuple: string;
  judge: string;
  /** 1 for the correction, 0 for the draft, null where an order gave no verdict. */
  score: number | null;
  /** By order: the correction first, the draft first. */
  choices: readonly [Choice | null, Choice | null];
}

/** The judgements of a build's rewrites. */
export interface Judgements {
  /** The score of a rewrite; null where the judge gave none; undefined where it was not asked. */
  of(tuple: Tuple): number | null | undefined;
}

const NONE = -1;
const idOf = ({ question, prefix, last, correction }: Tuple) =>
  hash64('rewrite', question, prefix, last, correction);

export async function readJudgements(out: string): Promise<Judgements> {
  const scores = await scoresIn(out, () => true);
  return {
    of(tuple) {
      const score = scores.get(idOf(tuple));
      return score === NONE ? null : score;
    },
  };
}

/** The scores of rewrites; of several for one rewrite the last. */
async function scoresIn(out: string, counts: (record: JudgementRecord) => boolean): Promise<HashMap> {
  const scores = createHashMap();
  for await (const value of recoverLog(join(out, FILES.judgements))) {
    const record = value as JudgementRecord;
    if (counts(record)) scores.set(record.tuple, record.score ?? NONE);
  }
  return scores;
}

export interface JudgeRewritesOptions {
  out: string;
  judge: PairwiseJudge;
  /** What the judge is called in the log: one of another name judges anew, and its word counts from then on. */
  name: string;
  /** Rewrites judged at once. Default 32. */
  concurrency?: number;
  /** Failures in a row after which it stops; 0 never does. Default 50, or twice `concurrency` where that is more. */
  giveUpAfter?: number;
  signal?: AbortSignal;
  onProgress?: (tally: JudgingTally) => void;
}

export interface JudgingTally {
  judged: number;
  /** Asked in vain; they are asked again the next time. */
  failed: number;
}

/**
 * Has every rewrite of a build judged that was not yet: correction and draft, in both orders. Each judgement is a line of
 * judgements.jsonl, so that nothing is asked twice, whatever ends the run.
 *
 * @throws StreamAlignerError `upstream-failed` when the judge keeps failing.
 */
export async function judgeRewrites(options: JudgeRewritesOptions): Promise<JudgingTally> {
  const { out, judge, name, concurrency = 32, signal, onProgress } = options;
  const { giveUpAfter = Math.max(50, 2 * concurrency) } = options;
  const unlock = await lockFolder(join(out, FILES.lock));
  const tally: JudgingTally = { judged: 0, failed: 0 };
  let inARow = 0;
  try {
    const scores = await scoresIn(out, (record) => record.judge === name);
    const log = await openLog(join(out, FILES.judgements));
    try {
      await forEachAtOnce(rewritesIn(out), { concurrency, signal }, async ({ record }, signal) => {
        const tuple = idOf(record);
        if (scores.get(tuple) !== undefined) return;
        scores.set(tuple, NONE);
        const { question, prefix, last, correction } = record;
        try {
          const { score, choices } = await judge.compare({
            question,
            prefix,
            one: correction,
            other: last,
            signal,
          });
          await log.append({ tuple, judge: name, score, choices } satisfies JudgementRecord);
          tally.judged += 1;
          inARow = 0;
        } catch (error) {
          if (signal.aborted) return;
          if (!StreamAlignerError.isInstance(error)) throw error;
          tally.failed += 1;
          inARow += 1;
          if (giveUpAfter > 0 && inARow >= giveUpAfter) throw givingUp(inARow, error);
        }
        onProgress?.(tally);
      });
    } finally {
      await log.close();
    }
    return tally;
  } finally {
    await unlock();
  }
}

async function* rewritesIn(out: string): AsyncGenerator<AnswerTuple, void, undefined> {
  for await (const answer of readAnswers(out)) {
    for (const tuple of tuplesOf(answer)) if (!isKeep(tuple.record)) yield tuple;
  }
}

function givingUp(count: number, { message }: StreamAlignerError): StreamAlignerError {
  return new StreamAlignerError(
    'upstream-failed',
    `The last ${count} questions to the judge have all failed, so the judging stops. The last of them: ${message} When that is mended, run the command again; what was judged is kept.`,
  );
}
