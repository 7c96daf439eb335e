import { type AlignEvent, createSegmenter } from '@stream-aligner/core';

/**
 * When the first sentence of an unaligned answer was complete, in milliseconds: what can be compared with the first
 * sentence of an aligned one, which comes whole. An answer of one sentence is complete with its end; null: no text.
 */
export function firstSentenceAt(events: readonly AlignEvent[]): number | null {
  const segmenter = createSegmenter();
  let hasText = false;
  for (const { at, sent } of events) {
    hasText ||= sent.trim() !== '';
    if (segmenter.push(sent).length > 0) return at;
  }
  return hasText ? (events.at(-1)?.at ?? null) : null;
}
