import type { JsonEvent, Trace } from '@stream-aligner/core';
import { traceId } from '../traces/recording/trace-id.ts';

/** A trace with one sentence; `number` tells it from others, and later ones have higher numbers. */
export function madeTrace(number: number, more: Partial<Trace> = {}): Trace {
  const began = Date.UTC(2026, 0, 1) + number * 1_000;
  const counts = {
    kept: 1,
    rewritten: 0,
    failed: 0,
    restarts: 0,
    recoveries: 0,
    sentTokens: 5,
    discardedTokens: 0,
    alignerPromptTokens: 9,
    alignerCompletionTokens: 0,
    promptTokens: 7,
    estimated: false,
  };
  const timings = { firstUpstreamText: 12.5, firstSentText: 20 };
  const sentence = { round: 1, kind: 'prose', lead: '', draft: `It is ${number}.` } as const;
  const events: JsonEvent[] = [
    { type: 'draft-seen', at: 18, sent: '', ...sentence },
    { type: 'sentence-kept', at: 20, sent: `It is ${number}.`, ...sentence, by: 'copy-check', judgedInMs: 2 },
    { type: 'answer-finished', at: 30, sent: '', reason: 'stop', cause: 'upstream', counts, timings },
  ];
  return {
    id: traceId(began),
    at: new Date(began).toISOString(),
    requestId: `request-${number}`,
    model: 'main',
    upstream: 'big',
    aligner: 'small',
    version: '1.2.3',
    stream: number % 2 === 0,
    outcome: 'finished',
    error: null,
    question: `What is number ${number}?`,
    answer: `It is ${number}.`,
    ms: 30,
    counts,
    timings,
    reviewed: 0,
    messages: [{ role: 'user', content: `What is number ${number}?` }],
    events,
    feedback: [],
    ...more,
  };
}
