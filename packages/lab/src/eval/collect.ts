import {
  type AlignEvent,
  type AlignOptions,
  alignStream,
  type AnswerCounts,
  type ErrorCode,
  StreamAlignerError,
} from '@stream-aligner/core';

/** An answer as an evaluation sees it: one that the aligner failed is a result too. */
export interface Collected {
  /** What was sent; '' of an answer that failed. */
  text: string;
  events: AlignEvent[];
  counts: AnswerCounts;
  /** Milliseconds from the start of the answer to its end. */
  totalMs: number;
  /** The code of the error that ended it. */
  failed?: ErrorCode;
}

/** Failures of the aligner itself: what it said is no verdict. Others are its server's and say nothing about it. */
const RESULTS: ReadonlySet<ErrorCode> = new Set(['aligner-failed', 'aligner-unparsable']);

/** Runs one answer to its end. Throws what is no result, which is every failure but the aligner's. */
export async function collect(
  options: AlignOptions,
  onEvent?: (event: AlignEvent) => void,
): Promise<Collected> {
  const events: AlignEvent[] = [];
  for await (const event of alignStream(options)) {
    events.push(event);
    onEvent?.(event);
  }
  const last = events.at(-1);
  if (last === undefined || !('counts' in last)) throw new TypeError('an answer ended without saying how');
  if (last.type === 'answer-aborted') throw new StreamAlignerError('closed', 'The answer was called off.');
  const { counts, at: totalMs } = last;
  if (last.type === 'answer-finished')
    return { text: events.map((event) => event.sent).join(''), events, counts, totalMs };
  if (!RESULTS.has(last.error.code)) throw last.error;
  return { text: '', events, counts, totalMs, failed: last.error.code };
}
