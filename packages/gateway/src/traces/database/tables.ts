import type { TraceOutcome } from '@stream-aligner/core';
import type { Generated } from 'kysely';

/** The tables of a trace store, the same in every database. Texts that the database does not look into are JSON. */
export interface Tables {
  traces: {
    /** In the order of writing: what pages are cut by. */
    seq: Generated<number>;
    id: string;
    at: string;
    request_id: string;
    model: string;
    upstream: string;
    aligner: string | null;
    version: string;
    /** 1 or 0, as all that is true or false. */
    stream: number;
    outcome: TraceOutcome;
    /** Whether a sentence was rewritten. */
    rewritten: number;
    /** Whether the answer failed, or the verdict on one of its sentences. */
    failed: number;
    error_code: string | null;
    error_message: string | null;
    ms: number;
    counts: string;
    timings: string;
    cut: string | null;
    question: string;
    answer: string;
    messages: string;
    events: string;
  };
  /** The words of question and answer, by the `seq` of their trace. How they are held is the database's own. */
  traces_search: { rowid: number; words: unknown };
  feedback: {
    /** The `seq` of its trace, with which it goes. */
    trace: number;
    round: number;
    verdict: 'accepted' | 'rejected' | 'edited';
    text: string | null;
    at: string;
  };
}
