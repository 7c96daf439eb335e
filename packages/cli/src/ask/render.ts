import type { AlignEvent, AnswerCounts } from '@stream-aligner/core';
import type { Paint } from '../terminal/paint.ts';

/**
 * What a person sees of one event. With colours a rewritten sentence shows its draft, struck through in red, and the
 * rewrite in green; in shadow mode, where the draft has gone out, the rewrite stands on a line of its own when it comes.
 * Without colours, the answer alone.
 */
export function render(event: AlignEvent, paint: Paint): string {
  if (event.type !== 'sentence-rewritten' || !paint.colours) return event.sent;
  if (!event.applied) return paint('dim', `\n  ⤷ would become: ${event.text.replace(/\s+/g, ' ')}\n`);
  const { lead, draft, sent } = event;
  const rewrite = sent.startsWith(lead) ? sent.slice(lead.length) : sent;
  return `${lead}${paint(['red', 'strikethrough'], draft)} ${paint('green', rewrite)}`;
}

/** One line about the whole answer. */
export function summary({ kept, rewritten, failed }: AnswerCounts, ms: number, isShadow = false): string {
  const parts = [
    `${kept} kept`,
    `${rewritten} ${isShadow ? 'would be rewritten' : 'rewritten'}`,
    ...(failed > 0 ? [`${failed} not judged`] : []),
  ];
  return `${parts.join(', ')} · ${(ms / 1000).toFixed(1)} s`;
}
