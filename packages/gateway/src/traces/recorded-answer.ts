import {
  type ChatMessage,
  type JsonEvent,
  questionOf,
  splitFirstPrefix,
  type Trace,
  type TraceSummary,
} from '@stream-aligner/core';

/** The last event of an answer. */
export type EndEvent = Extract<JsonEvent, { type: 'answer-finished' | 'answer-failed' | 'answer-aborted' }>;

/** What is known of an answer before it begins. */
export type AnswerHeader = Pick<
  TraceSummary,
  'requestId' | 'model' | 'upstream' | 'aligner' | 'version' | 'stream'
>;

/** An answer that is over, as it was seen: plain JSON, to be made a trace of where there is time. */
export interface RecordedAnswer extends AnswerHeader, Pick<Trace, 'id' | 'at' | 'answer' | 'cut'> {
  messages: ChatMessage[];
  events: JsonEvent[];
  end: EndEvent;
}

const outcomes = {
  'answer-finished': 'finished',
  'answer-failed': 'failed',
  'answer-aborted': 'aborted',
} as const;

/** The trace of an answer. */
export function traceOf({ end, ...recorded }: RecordedAnswer): Trace {
  const { counts, timings, at } = end;
  return {
    ...recorded,
    events: [...recorded.events, end],
    outcome: outcomes[end.type],
    error: end.type === 'answer-failed' ? end.error : null,
    question: questionOf(splitFirstPrefix(recorded.messages).asked),
    ms: at,
    counts,
    timings,
    reviewed: 0,
    feedback: [],
  };
}
