import { type AlignEvent, type AlignOptions, alignStream } from '@stream-aligner/core';

/** An answer as an evaluation sees it: one that the aligner failed is a result too. */
export interface Collected {
  /** What was sent; '' of an answer that failed. */
  text: string;
  events: AlignEvent[];
  failed: boolean;
}

/** Runs one answer to its end. Throws what is no result, which is every failure but the aligner's. */
export async function collect(options: AlignOptions): Promise<Collected> {
  const events: AlignEvent[] = [];
  for await (const event of alignStream(options)) events.push(event);
  const last = events.at(-1);
  if (last?.type === 'answer-failed' && last.error.code !== 'aligner-failed') throw last.error;
  const failed = last?.type !== 'answer-finished';
  return { text: failed ? '' : events.map((event) => event.sent).join(''), events, failed };
}
