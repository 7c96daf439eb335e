import { StreamAlignerError } from '../errors.ts';
import { HeldText } from './held-text.ts';
import { Scanner } from './scanner.ts';
import type { Segment, Segmenter, SegmenterOptions } from './segment.ts';

const defaultMaxLength = 16_384;
/** A surrogate pair must fit. */
const leastMaxLength = 2;
/** Long deltas are taken in pieces, so that no more than this is held beyond `maxLength`. */
const pieceLength = 4096;
/** A last line that is nothing but a list marker: only the whitespace behind it, which is still to come, makes it one. */
const BARE_MARKER = /(?:^|\n)[ \t]*(?:[-*+–]|\(?(?:\d{1,3}|[a-z][ivx]{0,3})[.)]{1,2})$/i;

/**
 * Makes a segmenter: streaming, by rule, in linear time. The segments do not depend on how the text was split into
 * deltas. Throws `configuration` if `maxLength` is not a whole number of at least 2.
 */
export function createSegmenter(options: SegmenterOptions = {}): Segmenter {
  const maxLength = options.maxLength ?? defaultMaxLength;
  if (!Number.isSafeInteger(maxLength) || maxLength < leastMaxLength) {
    throw new StreamAlignerError(
      'configuration',
      `The segmenter cannot hold ${maxLength} code units: maxLength must be a whole number of at least ${leastMaxLength}.`,
    );
  }
  const { after = '' } = options;
  let { held, scanner } = begin(maxLength, after);
  return {
    push: (delta) => feed(held, scanner, delta),
    flush() {
      held.ended = true;
      const segments = [...scanner.run(), ...scanner.finish()];
      ({ held, scanner } = begin(maxLength, after));
      return segments;
    },
  };
}

function begin(maxLength: number, after: string): { held: HeldText; scanner: Scanner } {
  const held = new HeldText(maxLength);
  const scanner = new Scanner(held);
  if (after !== '') {
    feed(held, scanner, BARE_MARKER.test(after) ? `${after} ` : after);
    held.ended = true;
    scanner.run();
    scanner.beginHere();
    held.ended = false;
  }
  return { held, scanner };
}

function feed(held: HeldText, scanner: Scanner, delta: string): Segment[] {
  if (delta.length <= pieceLength) {
    held.append(delta);
    return scanner.run();
  }
  const segments: Segment[] = [];
  for (let from = 0; from < delta.length; from += pieceLength) {
    held.append(delta.slice(from, from + pieceLength));
    for (const segment of scanner.run()) segments.push(segment);
  }
  return segments;
}

/** Cuts a whole text. The same segments as {@link createSegmenter} gives for it in any number of deltas. */
export function segmentText(text: string, options?: SegmenterOptions): Segment[] {
  const segmenter = createSegmenter(options);
  return [...segmenter.push(text), ...segmenter.flush()];
}
