/** What an aligner learns from: the sentence that followed an accepted prefix, and what it should have been. */
export interface Tuple {
  question: string;
  /** The accepted answer before `last`, exactly as the upstream continued from it; '' for the first sentence. */
  prefix: string;
  /** The draft, without whitespace around it. The name is that of the published data. */
  last: string;
  /** Equal to `last` for a keep. */
  correction: string;
}

/** Whether prefixes hold corrections (`corrected`, as when serving) or what the upstream wrote (`own`, errors included). */
export type Prefixes = 'corrected' | 'own';

/** Where a tuple came from: enough to make it again, or to leave out what one source gave. */
export interface Provenance {
  /** The answer the tuple is from: equal for all tuples of one answer, and for the same answer of another run. */
  answer: string;
  /** 1 for the first sentence of an answer. */
  round: number;
  action: 'keep' | 'rewrite';
  upstream: string;
  annotator: string;
  prefixes: Prefixes;
  seed: number;
  temperature: number;
  /** Version of Stream Aligner that built it. */
  version: string;
  /** Who edited the correction afterwards, or what it was imported from; absent for what the annotator said. */
  source?: string;
  /** What the world says the question is about, for strata. Absent outside worlds. */
  strata?: readonly string[];
  /** Of a sentence that was served and reviewed; `answer` is then the id of its trace. */
  served?: Served;
}

/** What served a sentence, and what a person said of it. */
export interface Served {
  /** The name that it was asked for by. */
  model: string;
  aligner: string | null;
  /** Version of the gateway. */
  version: string;
  verdict: 'accepted' | 'edited';
}

/** One row of a tuples file. */
export interface TupleRecord extends Tuple {
  provenance: Provenance;
}

export const isKeep = ({ last, correction }: Tuple) => last === correction;
