import type { AlignEvent, AnswerCounts } from '@stream-aligner/core';
import type { Paint } from '../terminal/paint.ts';

/**
 * What a person sees of one event. With colours a rewritten sentence shows its draft, struck through in red, and the
 * rewrite in green; without, the answer alone.
 */
export function render(event: AlignEvent, paint: Paint): string {
  if (event.type !== 'sentence-rewritten' || !paint.colours || !event.applied) return event.sent;
  const { lead, draft, sent } = event;
  const rewrite = sent.startsWith(lead) ? sent.slice(lead.length) : sent;
  return `${lead}${paint(['red', 'strikethrough'], draft)} ${paint('green', rewrite)}`;
}

/** One line about the whole answer. */
export function summary({ kept, rewritten, failed }: AnswerCounts, ms: number): string {
  const parts = [`${kept} kept`, `${rewritten} rewritten`, ...(failed > 0 ? [`${failed} not judged`] : [])];
  return `${parts.join(', ')} · ${(ms / 1000).toFixed(1)} s`;
}
