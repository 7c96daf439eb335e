import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { AlignEvent, AnswerCounts, AnswerTimings } from '@stream-aligner/core';
import type { Recipe } from '../recipes/recipe.ts';
import { levelOf, type Log, loggedError } from './log.ts';
import type { Metrics, Outcome } from './metrics.ts';

export interface ObserveOptions {
  recipe: Recipe;
  requestId: string;
  stream: boolean;
  metrics: Metrics;
  log: Log;
}

const outcomes = {
  'answer-finished': 'finished',
  'answer-failed': 'failed',
  'answer-aborted': 'aborted',
} as const satisfies Record<string, Outcome>;

/** Passes an answer's events on, and puts what they say into metrics, a log line and a span. */
export async function* observed(
  events: AsyncIterable<AlignEvent>,
  { recipe, requestId, stream, metrics, log }: ObserveOptions,
): AsyncGenerator<AlignEvent, void, undefined> {
  const model = recipe.name;
  const span = trace.getTracer('stream-aligner').startSpan(`chat ${model}`, {
    kind: SpanKind.SERVER,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'stream_aligner',
      'gen_ai.request.model': model,
      'gen_ai.response.model': recipe.upstream.model,
      'stream_aligner.aligner.model': recipe.aligner.model,
    },
  });
  let last: AlignEvent | undefined;
  metrics.active.inc();
  try {
    for await (const event of events) {
      last = event;
      if (event.type === 'upstream-failed') {
        const { upstream, waitMs, error } = event;
        metrics.failures.inc({ model, party: 'upstream', code: error.code });
        log.warn({ requestId, model, upstream, waitMs, error: loggedError(error) }, 'upstream failed');
      }
      if (event.type === 'aligner-failed') {
        metrics.failures.inc({ model, party: 'aligner', code: event.error.code });
        log.warn({ requestId, model, round: event.round, error: loggedError(event.error) }, 'aligner failed');
      }
      yield event;
    }
  } finally {
    metrics.active.dec();
    const outcome = last && last.type in outcomes ? outcomes[last.type as keyof typeof outcomes] : 'aborted';
    metrics.requests.inc({ model, outcome });
    if (last && 'counts' in last) report(last);
    span.end();
  }

  function report(end: Extract<AlignEvent, { counts: AnswerCounts }>) {
    const { counts, timings } = end;
    metrics.count(model, counts);
    observeFirstText(timings);
    const cause = end.type === 'answer-finished' ? { reason: end.reason, cause: end.cause } : {};
    const line = { requestId, model, stream, ms: Math.round(end.at), ...cause, ...counts, ...timings };
    span.setAttributes({
      'gen_ai.usage.output_tokens': counts.sentTokens,
      ...(counts.promptTokens !== null && { 'gen_ai.usage.input_tokens': counts.promptTokens }),
      'stream_aligner.kept': counts.kept,
      'stream_aligner.rewritten': counts.rewritten,
      'stream_aligner.restarts': counts.restarts,
      ...(end.type === 'answer-finished' && { 'gen_ai.response.finish_reasons': [end.reason] }),
    });
    if (end.type === 'answer-finished') metrics.endings.inc({ model, cause: end.cause });
    if (end.type !== 'answer-failed') {
      log.info(line, end.type === 'answer-finished' ? 'answer finished' : 'answer aborted');
      return;
    }
    span.setAttribute('error.type', end.error.code);
    span.setStatus({ code: SpanStatusCode.ERROR });
    log[levelOf(end.error)]({ ...line, error: loggedError(end.error) }, 'answer failed');
  }

  function observeFirstText({ firstUpstreamText, firstSentText }: AnswerTimings) {
    if (firstUpstreamText !== null)
      metrics.firstText.observe({ model, side: 'upstream' }, firstUpstreamText / 1000);
    if (firstSentText !== null) metrics.firstText.observe({ model, side: 'sent' }, firstSentText / 1000);
  }
}
