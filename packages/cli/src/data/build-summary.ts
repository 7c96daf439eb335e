import {
  FILES,
  type FinishReport,
  type JudgingTally,
  SPLITS,
  type Tally,
  type TracesTally,
} from '@stream-aligner/lab';
import { tokensOf } from './build-progress.ts';

/** What `data build` tells in the end. */
export interface BuildSummary {
  /** Absent when only the files were written. */
  tally?: Tally;
  cost?: number | null;
  /** Of data from traces. */
  traces?: TracesTally;
  judged: JudgingTally | null;
  finished: FinishReport;
  seconds: number;
}

export function summaryText({ tally, cost = null, traces, judged, finished, seconds }: BuildSummary): string {
  const lines: string[] = [];
  if (tally) {
    const { answers, made, failed, unreadable, unparsable } = tally;
    lines.push(
      `${number(answers)} answers, ${number(made)} of them made now in ${Math.round(seconds)} s; ${number(tokensOf(tally))} tokens${cost === null ? '' : `, cost ${cost.toFixed(2)}`}`,
    );
    if (failed > 0)
      lines.push(
        `${number(failed)} answers failed: see ${FILES.failures}; --retry-failures tries them again`,
      );
    if (unreadable > 0) lines.push(`${number(unreadable)} rows could not be read: see ${FILES.failures}`);
    if (unparsable > 0)
      lines.push(
        `${number(unparsable)} answers end early, before a sentence the annotator had no verdict on`,
      );
  }
  if (traces)
    lines.push(
      `${number(traces.traces)} reviewed answers: ${number(traces.accepted)} sentences accepted, ${number(traces.edited)} edited, ${number(traces.rejected)} rejected`,
    );
  if (judged) lines.push(`${number(judged.judged)} rewrites judged, ${number(judged.failed)} in vain`);
  lines.push(`${number(finished.tuples)} tuples of ${number(finished.answers)} answers`);
  for (const [why, count] of Object.entries(finished.dropped)) lines.push(`  − ${number(count)} ${why}`);
  for (const split of SPLITS) {
    const { tuples, keeps } = finished.written[split];
    const share = tuples === 0 ? '' : `, ${Math.round((100 * keeps) / tuples)} % keeps`;
    lines.push(`  ${split}.jsonl: ${number(tuples)}${share}`);
  }
  return `${lines.join('\n')}\n`;
}

const number = (value: number) => value.toLocaleString('en');
