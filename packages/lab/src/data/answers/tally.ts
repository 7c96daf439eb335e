import type { AnswerRecord, TokenUse } from './answer-record.ts';

/** What a build has come to, of earlier runs in the same folder too. */
export interface Tally {
  /** Answers that the plan asks for, as far as that is known before the last prompt was read. */
  total: number | null;
  /** Of those: dealt with, be they written, failed, there already or asked for twice. */
  seen: number;
  /** Answers that are in the folder. */
  answers: number;
  /** Of those: made by this run. */
  made: number;
  /** Answers that failed and were not made since. */
  failed: number;
  /** Rows that could not be read as a prompt. */
  unreadable: number;
  tuples: number;
  keeps: number;
  /** Answers whose annotator had no verdict on some sentence, so that they end before it. */
  unparsable: number;
  /** By name. */
  upstreams: Record<string, TokenUse>;
  annotator: TokenUse;
}

export function createTally(total: number | null): Tally {
  return {
    total,
    seen: 0,
    answers: 0,
    made: 0,
    failed: 0,
    unreadable: 0,
    tuples: 0,
    keeps: 0,
    unparsable: 0,
    upstreams: {},
    annotator: { input: 0, output: 0 },
  };
}

/** Counts an answer in. */
export function countAnswer(tally: Tally, { upstream, sentences, end, usage }: AnswerRecord): void {
  tally.answers += 1;
  tally.tuples += sentences.length;
  tally.keeps += sentences.filter(({ correction }) => correction === undefined).length;
  if (end === 'unparsable') tally.unparsable += 1;
  const use = (tally.upstreams[upstream] ??= { input: 0, output: 0 });
  add(use, usage.upstream);
  add(tally.annotator, usage.annotator);
}

function add(sum: TokenUse, { input, output }: TokenUse): void {
  sum.input += input;
  sum.output += output;
}
