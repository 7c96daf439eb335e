import type { ChatMessage } from './messages.ts';
import type { SegmentKind } from './segmenter/segment.ts';

/** What is asked of an aligner for one draft. */
export interface CorrectionRequest {
  /** The accepted answer so far. */
  prefix: string;
  /** The upstream's next sentence without its leading whitespace. */
  draft: string;
  kind: SegmentKind;
  signal: AbortSignal;
}

/** Tokens an aligner read and wrote for one draft. */
export interface AlignerUsage {
  promptTokens: number;
  completionTokens: number;
}

/** An aligner's verdict: `text` is the sentence to send; it equals the draft exactly when the draft is kept. */
export interface Correction {
  text: string;
  /** How the verdict was reached: by a copy check over the draft, or by decoding. */
  by: 'copy-check' | 'decoding';
  usage?: AlignerUsage;
  /** What had to be left out of the prompt to fit the aligner's window, in characters. Absent: nothing. */
  cut?: { prefix: number; question: number };
}

/** How likely an aligner is to copy a draft as it is. */
export interface CopyLikelihood {
  /** The natural logarithm of the probability of all of the copy's tokens, the end of the turn left out. */
  logProbability: number;
  /** Tokens of the copy. */
  tokens: number;
  usage?: AlignerUsage;
}

/** The small model that copies or rewrites one sentence. */
export interface Aligner {
  readonly model: string;
  /** Opens one answer. May wait for capacity; rejects when `signal` aborts. */
  open(request: { messages: ChatMessage[]; signal: AbortSignal }): Promise<AlignerSession>;
}

/** One answer's hold on an aligner. Several drafts of one answer may be asked at once (look-ahead). */
export interface AlignerSession {
  /** Judges one draft. Rejects on anything that is not a verdict: an unparsable reply is a failure, never text. */
  correct(request: CorrectionRequest): Promise<Correction>;
  /** How likely it is to copy one draft. Absent, or rejecting with `configuration`: it cannot tell. */
  likelihood?(request: CorrectionRequest): Promise<CopyLikelihood>;
  /** Gives back everything the session holds. Called once, also after a failure. */
  close(): Promise<void>;
}
