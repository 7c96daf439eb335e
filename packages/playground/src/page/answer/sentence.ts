import type { JsonEvent, PassReason } from '@stream-aligner/core';

type Judged = Extract<JsonEvent, { type: 'sentence-kept' | 'sentence-rewritten' }>;

/** How the aligner came to its verdict on a sentence, and what that took. */
export interface Verdict {
  type: 'kept' | 'rewritten';
  /** The aligner's text: the draft itself where it was kept. */
  text: string;
  judgedInMs: number;
  by: Judged['by'];
  cut: Judged['cut'] | null;
}

/** Text of an answer with where it comes from: a sentence, or a stretch that nobody cut into sentences. */
export interface Sentence {
  /** Counted from 1; null for text that no round handled. */
  round: number | null;
  kind: string | null;
  /** Where its text stands in the accepted answer, the whitespace before it included. */
  from: number;
  to: number;
  lead: string;
  /** The upstream's sentence. */
  draft: string;
  /** The aligner's word on it; null where there is none. */
  verdict: Verdict | null;
  /** Why its verdict failed, where it did. */
  error: { code: string; message: string } | null;
  /** Why the draft went out as it was; null where a verdict decided, or nothing went out. */
  passed: PassReason | 'untraced' | null;
  /** When it was accepted, in milliseconds from the start of the answer. */
  at: number;
  /** How long the answer waited for the verdict, in milliseconds. */
  waitedMs: number;
}

/** What a sentence is shown as. */
export type Mark = 'kept' | 'rewritten' | 'deleted' | 'proposed' | 'failed' | 'withheld' | 'passed';

/** `proposed` is a rewrite of shadow mode, which did not go out; `withheld` a draft that the answer failed at. */
export function markOf({ verdict, error, passed, draft }: Sentence): Mark {
  if (error) return passed === null ? 'withheld' : 'failed';
  if (verdict?.type === 'rewritten') {
    if (passed !== null) return 'proposed';
    // Where no texts were kept both are ''.
    return verdict.text === '' && draft !== '' ? 'deleted' : 'rewritten';
  }
  return verdict ? 'kept' : 'passed';
}
