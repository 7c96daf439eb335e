import type { AnswerCounts, AnswerTimings } from './events.ts';
import type { JsonEvent } from './json-event.ts';
import type { ChatMessage } from './messages.ts';

/** How an answer ended. */
export type TraceOutcome = 'finished' | 'failed' | 'aborted';

/** What a person says of one sentence of a trace. */
export interface Feedback {
  /** The sentence's round, counted from 1. */
  round: number;
  /** `accepted`: the correction is right; `rejected`: it is not; `edited`: `text` should stand there. */
  verdict: 'accepted' | 'rejected' | 'edited';
  /** Of `edited` alone: what the sentence should say. */
  text?: string;
  /** When it was said, as an ISO date. */
  at: string;
}

/** One answer in a list of traces. */
export interface TraceSummary {
  /** Sorts by time. */
  id: string;
  /** When the answer began, as an ISO date. */
  at: string;
  requestId: string;
  /** The recipe's name. */
  model: string;
  /** The model that wrote. */
  upstream: string;
  /** The model that judged; null for a raw recipe. */
  aligner: string | null;
  /** The gateway's version. */
  version: string;
  stream: boolean;
  outcome: TraceOutcome;
  /** Why it failed; null for the other outcomes. */
  error: { code: string; message: string } | null;
  /** What was asked: the contract's question. '' where texts are not kept. */
  question: string;
  /** What the client was sent. '' where texts are not kept. */
  answer: string;
  /** Milliseconds from the request to the last event. */
  ms: number;
  counts: AnswerCounts;
  timings: AnswerTimings;
  /** How many of its sentences have feedback. */
  reviewed: number;
}

/** One answer with everything that happened to it. */
export interface Trace extends TraceSummary {
  messages: ChatMessage[];
  events: JsonEvent[];
  /** At most one a round, in the order of rounds. */
  feedback: Feedback[];
  /** What was left out of a trace that would have been too large; absent: nothing. */
  cut?: { characters: number; events: number };
}
