import type { FinishReason } from '@stream-aligner/core';
import type { Provenance, Served, TupleRecord } from '../tuple.ts';

/** One sentence of an answer and what the annotator made of it. */
export interface JudgedSentence {
  /** The whitespace before it. */
  lead: string;
  draft: string;
  /** What should stand in the draft's place; absent for a keep. */
  correction?: string;
  /** Of rewrites in a world: whether the world's checker finds the correction right where it stands. */
  checked?: boolean;
  /** Of a sentence that was served and reviewed: where it stood, since not every one before it is here. */
  reviewed?: { round: number; prefix: string } & Pick<Served, 'verdict'>;
}

/** Tokens read and written, those of requests that were stopped included. */
export interface TokenUse {
  input: number;
  output: number;
}

/** An answer that was written and judged, with all that its tuples are made of. */
export interface AnswerRecord extends Pick<
  Provenance,
  'upstream' | 'annotator' | 'prefixes' | 'seed' | 'temperature' | 'version' | 'strata'
> {
  /** First, so that a line of the log says whose it is at its beginning. */
  id: string;
  question: string;
  /**
   * How the answer ended: as the upstream did, or `complete` where the checker knew that nothing may follow, or
   * `unparsable` where the annotator had no verdict on the next sentence, or as an answer that was served can besides.
   */
  end: FinishReason | 'complete' | 'unparsable' | 'failed' | 'aborted';
  sentences: JudgedSentence[];
  /** Of an answer that was served. */
  served?: Omit<Served, 'verdict'>;
  /** Estimates where servers do not report. The upstream's are of the prompt, sent again at every restart, and its text. */
  usage: { upstream: TokenUse; annotator: TokenUse };
}

/** A tuple of an answer before it is written out. */
export interface AnswerTuple {
  record: TupleRecord;
  checked?: boolean;
}

/** The tuples of an answer: each sentence with the prefix that it followed. */
export function tuplesOf(answer: AnswerRecord): AnswerTuple[] {
  const { id, question, sentences, upstream, annotator, prefixes, seed, temperature, version, strata } =
    answer;
  const { served } = answer;
  let prefix = '';
  return sentences.map(({ lead, draft, correction, checked, reviewed }, index) => {
    const last = draft.trim();
    const record: TupleRecord = {
      question,
      prefix: reviewed?.prefix ?? prefix,
      last,
      correction: correction === undefined ? last : correction.trim(),
      provenance: {
        answer: id,
        round: reviewed?.round ?? index + 1,
        action: correction === undefined ? 'keep' : 'rewrite',
        upstream,
        annotator,
        prefixes,
        seed,
        temperature,
        version,
        ...(strata && { strata }),
        ...(served && reviewed && { served: { ...served, verdict: reviewed.verdict } }),
      },
    };
    prefix += lead + (prefixes === 'own' ? draft : (correction ?? draft));
    return { record, ...(checked !== undefined && { checked }) };
  });
}
