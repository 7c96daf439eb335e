import type { Correction } from './aligner.ts';
import type { StreamAlignerError } from './errors.ts';
import type { SegmentKind } from './segmenter/segment.ts';
import type { Continuation, FinishReason, ToolCallDelta } from './upstream.ts';

/** Why text went out that no aligner accepted. Each is allowed by the configuration, never by accident. */
export type PassReason =
  'rounds-used' | 'budget-used' | 'exempt' | 'shadow' | 'policy' | 'after-tool-call' | 'whitespace';

/** Why an upstream was started again. */
export type RestartReason = 'rewrite' | 'after-last-rewrite' | 'sequential' | 'recovery';

/** What becomes of a draft whose correction failed: the answer fails, or the draft goes out as it is. */
export type FailurePolicy = 'block' | 'pass';

/** What ended a finished answer. */
export type EndCause =
  'upstream' | 'max-tokens' | 'stop-string' | 'rounds-used' | 'restart-budget' | 'budget' | 'repetition';

/** Counts of one answer. Tokens are estimates when `estimated` is true. */
export interface AnswerCounts {
  kept: number;
  rewritten: number;
  failed: number;
  restarts: number;
  /** Restarts after the upstream failed; they are among `restarts`. */
  recoveries: number;
  /** Tokens of the text the client was sent. */
  sentTokens: number;
  /** Tokens the upstream wrote that were never sent. */
  discardedTokens: number;
  alignerPromptTokens: number;
  alignerCompletionTokens: number;
  /** Tokens of the prompt as the upstream last reported them, or null when it never did. */
  promptTokens: number | null;
  estimated: boolean;
}

/** When things first happened, in milliseconds from the start of the answer; null when they did not. */
export interface AnswerTimings {
  firstUpstreamText: number | null;
  firstSentText: number | null;
}

/** What every event says: when it happened, in milliseconds from the start of the answer, and what it sent. */
interface EventBase {
  at: number;
  /**
   * The answer text this event sends to the client, often ''. The `sent` of all events, joined, is what the client has
   * received. It can lag behind the accepted text by a few characters that may turn out to begin a stop string.
   */
  sent: string;
}

/** A sentence under judgement. */
interface SentenceBase extends EventBase {
  /** The round, counted from 1; 0 for a sentence of reasoning. */
  round: number;
  kind: SegmentKind;
  /** The whitespace before the sentence. */
  lead: string;
  /** The upstream's sentence, without `lead`. */
  draft: string;
}

/** Time from the draft's completion to its verdict, and how the verdict was reached. */
interface Judged {
  judgedInMs: number;
  by: Correction['by'];
  /** What did not fit the aligner's window, in characters. */
  cut?: NonNullable<Correction['cut']>;
}

/** Everything that happens to one answer, in order; the last event is `answer-finished`, `-failed` or `-aborted`. */
export type AlignEvent =
  /** A complete draft was handed to the aligner, perhaps ahead of its turn. */
  | (SentenceBase & { type: 'draft-seen' })
  | (SentenceBase & Judged & { type: 'sentence-kept' })
  /** `applied` is false in shadow mode: the draft went out, not the rewrite. */
  | (SentenceBase & Judged & { type: 'sentence-rewritten'; text: string; applied: boolean })
  | (SentenceBase & { type: 'aligner-failed'; policy: FailurePolicy; error: StreamAlignerError })
  | (EventBase & { type: 'text-passed'; text: string; reason: PassReason })
  /** The upstream failed; after `waitMs` the answer goes on from what was accepted. */
  | (EventBase & { type: 'upstream-failed'; upstream: string; error: StreamAlignerError; waitMs: number })
  /** `upstream` is the model that goes on, in the way that `continuation` says. */
  | (EventBase & {
      type: 'upstream-restarted';
      upstream: string;
      continuation: Continuation;
      reason: RestartReason;
      prefixLength: number;
    })
  /** `draft` is what the upstream had thought, where the aligner rewrote it. */
  | (EventBase & { type: 'reasoning-delta'; text: string; draft?: string })
  | (EventBase & { type: 'tool-call-delta'; delta: ToolCallDelta })
  | (EventBase & {
      type: 'answer-finished';
      reason: FinishReason;
      cause: EndCause;
      counts: AnswerCounts;
      timings: AnswerTimings;
    })
  | (EventBase & {
      type: 'answer-failed';
      error: StreamAlignerError;
      counts: AnswerCounts;
      timings: AnswerTimings;
    })
  | (EventBase & { type: 'answer-aborted'; counts: AnswerCounts; timings: AnswerTimings });
