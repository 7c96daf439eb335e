import type { JsonEvent } from '@stream-aligner/core';

/** What went wrong with an answer or a request, in words for the page. */
export interface Problem {
  /** What happened, in a few words. */
  title: string;
  /** What happened, why and what to do, as the gateway says it or as the page knows it. */
  message: string;
  /** The gateway's code, such as `model_not_found`; null where the page itself noticed. */
  code: string | null;
  /** The HTTP status; null where there was no reply, or the answer had begun. */
  status: number | null;
}

/** What happens to an answer that a page asked for: the gateway's events, and what only the page can see. */
export type AnswerEvent =
  | JsonEvent
  /** Text of a model whose configuration lets nobody ask for events. */
  | { type: 'untraced-text'; text: string }
  /** The stream's good end, which an untraced answer has alone. */
  | { type: 'stream-end' }
  /** The request was refused, the connection was lost, or the stream ended without a good end. */
  | { type: 'broken'; problem: Problem }
  /** The person at the page stopped it. */
  | { type: 'stopped' };
