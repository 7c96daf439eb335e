/**
 * What a segment is. Everything but `prose` is structure that a rewrite must not break; each can be exempted from
 * alignment by name. Headings are marked by `#`, an underline, or a line of nothing but bold text; a rule (`---`) is
 * called so too. Every sentence on a list item's line is a `list-item`. Tables, fences and display maths are one
 * segment each; block quotes keep their signs and are prose. `json` is a whole answer that was asked for as JSON; the
 * segmenter itself never gives it.
 */
export type SegmentKind = 'prose' | 'heading' | 'list-item' | 'table' | 'code' | 'math' | 'json';

/**
 * One piece of an answer. The texts of all segments, joined, are the input, code unit for code unit. Whitespace belongs
 * to the segment it precedes; only the last segment may be whitespace alone, when the input ends in whitespace (or more
 * whitespace comes in a row than may be held).
 */
export interface Segment {
  text: string;
  kind: SegmentKind;
  /** The segment was cut at the bound on held text and goes on in the next one. */
  partial?: true;
}

/** How text is cut. */
export interface SegmenterOptions {
  /** Longest text held back undecided, in code units. Longer segments are cut and marked `partial`. Default 16,384. */
  maxLength?: number;
  /**
   * What stands before the input: the accepted answer so far. The input is then cut as the rest of that text, within
   * the line, list item or fence it goes on with. Default: nothing, the input begins an answer.
   */
  after?: string;
}

/** Cuts a stream of text into segments as early as it safely can. */
export interface Segmenter {
  /** Takes the next piece of text; gives the segments it completes. */
  push(delta: string): Segment[];
  /** Ends the input; gives what is left. The segmenter is then as new. */
  flush(): Segment[];
}
