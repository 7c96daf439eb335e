import type { StreamAlignerError } from './errors.ts';
import type { SegmentKind } from './segmenter/segment.ts';
import type { FinishReason, ToolCallDelta } from './upstream.ts';

/** Why text went out that no aligner accepted. Each is allowed by the configuration, never by accident. */
export type PassReason = 'rounds-used' | 'exempt' | 'shadow' | 'policy' | 'raw' | 'after-tool-call';

/** Why an upstream was started again. */
export type RestartReason = 'rewrite' | 'after-last-rewrite' | 'sequential';

/** What an aligner's failure leads to. */
export type FailurePolicy = 'block' | 'pass';

/** Why an answer ended other than by the upstream's own word. */
export type EndReason =
  | 'upstream'
  | 'max-tokens'
  | 'stop-string'
  | 'rounds-used'
  | 'restart-budget'
  | 'repetition';

/** Counts of one answer. Tokens are estimates when `estimated` is true. */
export interface AnswerCounts {
  kept: number;
  rewritten: number;
  passed: number;
  failed: number;
  restarts: number;
  /** Tokens of the text the client was sent. */
  sentTokens: number;
  /** Tokens the upstream wrote that were never sent. */
  discardedTokens: number;
  alignerPromptTokens: number;
  alignerCompletionTokens: number;
  estimated: boolean;
}

/** When things happened, in milliseconds from the start of the answer; null when they did not. */
export interface AnswerTimings {
  firstUpstream: number | null;
  firstSent: number | null;
  total: number;
}

/**
 * Everything that happens to one answer, in order. The gateway, the command line, traces and the lab all read this
 * union. The texts given by {@link sentText}, joined, are what the client has received.
 */
export type AlignEvent =
  /** A complete draft went to the aligner. `lead` is the whitespace before it. */
  | { type: 'draft-seen'; round: number; lead: string; draft: string; kind: SegmentKind; at: number }
  /** In shadow mode `sent` is the draft whatever the verdict. */
  | {
      type: 'sentence-kept';
      round: number;
      lead: string;
      text: string;
      kind: SegmentKind;
      at: number;
      judgedIn: number;
    }
  | {
      type: 'sentence-rewritten';
      round: number;
      lead: string;
      draft: string;
      text: string;
      /** False in shadow mode: the draft went out, not the rewrite. */
      applied: boolean;
      kind: SegmentKind;
      at: number;
      judgedIn: number;
    }
  | { type: 'text-passed'; text: string; reason: PassReason; kind?: SegmentKind; at: number }
  | {
      type: 'aligner-failed';
      round: number;
      draft: string;
      policy: FailurePolicy;
      error: StreamAlignerError;
      at: number;
    }
  | {
      type: 'upstream-restarted';
      reason: RestartReason;
      prefixLength: number;
      discardedTokens: number;
      at: number;
    }
  | { type: 'reasoning-delta'; text: string; at: number }
  | { type: 'tool-call-delta'; delta: ToolCallDelta; at: number }
  | {
      type: 'answer-finished';
      reason: FinishReason;
      ended: EndReason;
      counts: AnswerCounts;
      timings: AnswerTimings;
      /** As the upstream last reported it, for one uninterrupted request; else absent. */
      promptTokens?: number;
      at: number;
    }
  | { type: 'answer-failed'; error: StreamAlignerError; counts: AnswerCounts; at: number }
  | { type: 'answer-aborted'; counts: AnswerCounts; at: number };

/** The answer text an event sends to the client; '' for events that send none. */
export function sentText(event: AlignEvent): string {
  switch (event.type) {
    case 'sentence-kept':
      return event.lead + event.text;
    case 'sentence-rewritten':
      return event.lead + (event.applied ? event.text : event.draft);
    case 'text-passed':
      return event.text;
    default:
      return '';
  }
}
