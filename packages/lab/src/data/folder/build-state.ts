import { join } from 'node:path';
import type { StreamAlignerError } from '@stream-aligner/core';
import type { AnswerRecord } from '../answers/answer-record.ts';
import { countAnswer, type Tally } from '../answers/tally.ts';
import type { AnswerTask } from '../answers/task.ts';
import { createHashMap } from '../hash-map.ts';
import { openLog } from '../../folder/append-log.ts';
import { FILES } from './files.ts';
import { recoverLog } from '../../folder/read-log.ts';

/** One line of failures.jsonl. Of several for one id the last counts, and none once the answer is made. */
export interface FailureRecord {
  id: string;
  /** The prompt, as file:line. */
  at: string;
  /** `unreadable`, or the code of the error. */
  code: string;
  reason: string;
  /** How often the answer was tried, this time included. */
  tries: number;
  upstream?: string;
  sample?: number;
}

/** What a build's folder holds, and what is being added to it. */
export interface BuildState {
  /** Whether an answer is to be made now: it is not there, not being made, and did not fail or is to be tried again. */
  claim(id: string): boolean;
  keep(record: AnswerRecord): Promise<void>;
  fail(failure: { at: string; task: AnswerTask; error: StreamAlignerError }): Promise<void>;
  /** Notes a row that is no prompt, unless an earlier run has. */
  noteUnreadable(row: { id: string; at: string; fault: string }): Promise<void>;
  close(): Promise<void>;
}

/** What is known of an id: one of these, or `FAILED` and less for an answer that failed once or more. */
const [CLAIMED, MADE, UNREADABLE, FAILED] = [0, 1, 2, -1];

/** Reads what a folder holds into `tally`, and opens it to be added to. */
export async function openState(
  out: string,
  { tally, retryFailures }: { tally: Tally; retryFailures: boolean },
): Promise<BuildState> {
  const known = createHashMap();
  for await (const value of recoverLog(join(out, FILES.answers))) {
    const record = value as AnswerRecord;
    if (known.get(record.id) === MADE) continue;
    known.set(record.id, MADE);
    countAnswer(tally, record);
  }
  for await (const value of recoverLog(join(out, FILES.failures))) noteFailure(value as FailureRecord);
  const answers = await openLog(join(out, FILES.answers));
  const failures = await openLog(join(out, FILES.failures));

  function noteFailure({ id, code, tries }: FailureRecord): void {
    const state = known.get(id);
    if (state === MADE) return;
    if (code === 'unreadable') {
      known.set(id, UNREADABLE);
      tally.unreadable += 1;
      return;
    }
    if (state === undefined) tally.failed += 1;
    known.set(id, FAILED * tries);
  }

  /** How often answers that are being made failed before. */
  const triesBefore = new Map<string, number>();

  return {
    claim(id) {
      const state = known.get(id);
      const failed = state !== undefined && state < 0;
      if (state !== undefined && !(failed && retryFailures)) return false;
      if (failed) triesBefore.set(id, -state);
      known.set(id, CLAIMED);
      return true;
    },
    async keep(record) {
      await answers.append(record);
      known.set(record.id, MADE);
      if (triesBefore.delete(record.id)) tally.failed -= 1;
      countAnswer(tally, record);
      tally.made += 1;
    },
    async fail({ at, task, error }) {
      const { id, upstream, sample } = task;
      const before = triesBefore.get(id) ?? 0;
      triesBefore.delete(id);
      await failures.append({
        id,
        at,
        code: error.code,
        reason: error.message,
        tries: before + 1,
        upstream,
        sample,
      } satisfies FailureRecord);
      if (before === 0) tally.failed += 1;
    },
    async noteUnreadable({ id, at, fault }) {
      if (known.get(id) === UNREADABLE) return;
      known.set(id, UNREADABLE);
      tally.unreadable += 1;
      await failures.append({
        id,
        at,
        code: 'unreadable',
        reason: fault,
        tries: 1,
      } satisfies FailureRecord);
    },
    async close() {
      try {
        await answers.close();
      } finally {
        await failures.close();
      }
    },
  };
}
