import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { StreamAlignerError } from '@stream-aligner/core';
import { tuplesOf } from '../answers/answer-record.ts';
import { readAnswers } from '../answers/read-answers.ts';
import { FILES } from '../folder/files.ts';
import { lockFolder } from '../../folder/lock.ts';
import { writeJson, writeWhole } from '../../folder/write-whole.ts';
import { isKeep, type TupleRecord } from '../tuple.ts';
import { type Balance, balanceOf } from './balance.ts';
import { type Belief, beliefIn, type Doubt, type Improvement, requireBelief } from './belief.ts';
import { type Fault, faultOf } from './bounds.ts';
import { createDuplicates } from './duplicates.ts';
import { SPLITS, type SplitName, type SplitShares, splitOfQuestion } from './split.ts';

export interface FinishOptions {
  /** The folder of the build. */
  out: string;
  /** Default 90, 5 and 5. */
  split?: SplitShares;
  /** At most this share of keeps in each file, from 0 to less than 1. Default: as they come. */
  balance?: number;
  /** Default `any`. */
  improvement?: Improvement;
  /** How many times as long as its draft a correction may be. Default 4. */
  maxGrowth?: number;
}

/** Why a tuple is not in the files. */
export type Dropped = Fault | Doubt | 'duplicate' | 'balance';

/** What the finishing step did. */
export interface FinishReport {
  answers: number;
  tuples: number;
  /** Tuples that each filter took; filters that took none are left out. */
  dropped: Partial<Record<Dropped, number>>;
  written: Record<SplitName, { tuples: number; keeps: number }>;
}

interface Placed {
  tuple: TupleRecord;
  split: SplitName;
}

/**
 * Writes train.jsonl, validation.jsonl and test.jsonl from the answers of a build: sound, believed, without duplicates,
 * balanced, and split by question. Asks no model, reads the answers as a stream two or three times, and can be repeated
 * with other filters. What is written depends on the set of answers, not on their order. Each file is replaced whole, and
 * summary.json last.
 *
 * Holds 24 to 48 bytes a tuple for duplicates and, with `balance`, 8 for each keep.
 *
 * @throws StreamAlignerError `invalid-request` for shares that cannot be, and for rewrites that nobody checked or judged.
 */
export async function finishData(options: FinishOptions): Promise<FinishReport> {
  const { out, balance, improvement = 'any', maxGrowth = 4 } = options;
  const { split = { train: 90, validation: 5, test: 5 } } = options;
  requireShares(split, balance);
  await access(join(out, FILES.answers)).catch(() => {
    throw noAnswers(out);
  });
  const unlock = await lockFolder(join(out, FILES.lock));
  try {
    return await finish({ ...options, split, improvement, maxGrowth });
  } finally {
    await unlock();
  }
}

async function finish(
  options: FinishOptions & Required<Pick<FinishOptions, 'split' | 'improvement' | 'maxGrowth'>>,
): Promise<FinishReport> {
  const { out, balance, split, improvement, maxGrowth } = options;
  const belief = await beliefIn(improvement, out);
  const duplicates = createDuplicates();
  const counts = createCounts();
  let answers = 0;
  for await (const answer of readAnswers(out)) {
    answers += 1;
    for (const tuple of tuplesOf(answer)) {
      const why = faultOf(tuple.record, { maxGrowth }) ?? belief(tuple);
      counts.note(tuple.record, why);
      if (why === null) duplicates.note(tuple.record);
    }
  }
  if (answers === 0) throw noAnswers(out);
  requireBelief(improvement, counts);
  counts.drop('duplicate', counts.sound - duplicates.size);

  async function* placed(): AsyncGenerator<Placed, void, undefined> {
    for await (const answer of readAnswers(out)) {
      const place = splitOfQuestion(answer.question, split);
      for (const tuple of tuplesOf(answer)) {
        if (faultOf(tuple.record, { maxGrowth }) !== null || belief(tuple) !== null) continue;
        if (duplicates.isFirst(tuple.record)) yield { tuple: tuple.record, split: place };
      }
    }
  }

  const stays = balance === undefined ? () => true : await balanceOf(placed(), balance);
  const written = await writeSplits(out, placed(), { stays, onDropped: () => counts.drop('balance', 1) });
  const report = { answers, tuples: counts.tuples, dropped: Object.fromEntries(counts.dropped), written };
  await writeJson(join(out, FILES.summary), {
    options: { split, balance, improvement, maxGrowth },
    ...report,
  });
  return report;
}

function noAnswers(out: string): StreamAlignerError {
  return new StreamAlignerError(
    'invalid-request',
    `There are no answers in ${out} to make tuples of. Build some first, or check that the folder is right.`,
  );
}

function createCounts() {
  const dropped = new Map<Dropped, number>();
  const counts = {
    dropped,
    tuples: 0,
    /** Tuples that nothing is wrong with. */
    sound: 0,
    /** Rewrites that had to be believed, and those of them that nobody was asked about. */
    rewrites: 0,
    unasked: 0,
    drop(why: Dropped, count: number) {
      if (count > 0) dropped.set(why, (dropped.get(why) ?? 0) + count);
    },
    note(tuple: TupleRecord, why: Fault | ReturnType<Belief>) {
      counts.tuples += 1;
      if (!isKeep(tuple)) counts.rewrites += 1;
      if (why === 'not checked' || why === 'not judged') counts.unasked += 1;
      if (why === null) counts.sound += 1;
      else counts.drop(why, 1);
    },
  };
  return counts;
}

async function writeSplits(
  out: string,
  tuples: AsyncIterable<Placed>,
  { stays, onDropped }: { stays: Balance; onDropped: () => void },
): Promise<FinishReport['written']> {
  const count = () => ({ tuples: 0, keeps: 0 });
  const written = { train: count(), validation: count(), test: count() };
  const open = (name: SplitName) => writeWhole(join(out, `${name}.jsonl`));
  const files = {
    train: await open('train'),
    validation: await open('validation'),
    test: await open('test'),
  };
  try {
    for await (const { tuple, split } of tuples) {
      if (!stays(tuple, split)) {
        onDropped();
        continue;
      }
      await files[split].write(`${JSON.stringify(tuple)}\n`);
      written[split].tuples += 1;
      if (isKeep(tuple)) written[split].keeps += 1;
    }
    for (const name of SPLITS) await files[name].finish();
  } finally {
    for (const name of SPLITS) await files[name].abandon();
  }
  return written;
}

function requireShares({ train, validation, test }: SplitShares, balance: number | undefined): void {
  const shares = [train, validation, test];
  if (shares.some((share) => !(share >= 0)) || Math.abs(train + validation + test - 100) > 1e-6)
    throw new StreamAlignerError(
      'invalid-request',
      'The shares of train, validation and test must be percentages that add up to 100.',
    );
  if (balance !== undefined && !(balance >= 0 && balance < 1))
    throw new StreamAlignerError('invalid-request', 'The share of keeps must be 0 or more and less than 1.');
}
