import type { Segment, Segmenter } from '../segmenter/segment.ts';

/** Longest JSON answer that is judged in one piece, in code units. */
const MOST_HELD = 262_144;

/**
 * A segmenter that does not cut: the answer is one document, which a rewrite of one sentence could break, so it is held
 * back and judged whole. One longer than the bound is cut there and marked `partial`.
 */
export function createWholeAnswer({ maxLength = MOST_HELD }: { maxLength?: number } = {}): Segmenter {
  let held = '';
  return {
    push(delta) {
      held += delta;
      const segments: Segment[] = [];
      while (held.length > maxLength) {
        // Never between the halves of a surrogate pair.
        const end = /[\uD800-\uDBFF]/.test(held[maxLength - 1] ?? '') ? maxLength - 1 : maxLength;
        segments.push({ text: held.slice(0, end), kind: 'json', partial: true });
        held = held.slice(end);
      }
      return segments;
    },
    flush() {
      const text = held;
      held = '';
      return text === '' ? [] : [{ text, kind: 'json' }];
    },
  };
}
