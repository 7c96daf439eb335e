import { type Context, type Span, SpanKind, trace } from '@opentelemetry/api';
import type { AlignEvent, AnswerCounts } from '@stream-aligner/core';
import type { AnswerRequest } from '../answer/read-request.ts';
import { failSpan, parentOf, tracer } from './spans.ts';

/** The last event of an answer. */
export type EndEvent = Extract<AlignEvent, { counts: AnswerCounts }>;

/** The span of one answer, and the context of all that is done for it. */
export interface AnswerSpan {
  span: Span;
  within: Context;
}

/** Begins the span of an answer, by the conventions for generative AI, under the client's own where it names one. */
export function startAnswerSpan(
  { recipe, params, stream }: AnswerRequest,
  { headers, requestId }: { headers: Headers; requestId: string },
): AnswerSpan {
  const { name: model, upstream, aligner } = recipe;
  const { maxTokens, temperature, topP, seed } = params;
  const parent = parentOf(headers);
  const attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'stream_aligner',
    'gen_ai.request.model': model,
    'gen_ai.request.stream': stream,
    ...(maxTokens !== undefined && { 'gen_ai.request.max_tokens': maxTokens }),
    ...(temperature !== undefined && { 'gen_ai.request.temperature': temperature }),
    ...(topP !== undefined && { 'gen_ai.request.top_p': topP }),
    ...(seed !== undefined && { 'gen_ai.request.seed': seed }),
    'gen_ai.response.model': upstream.model,
    'stream_aligner.aligner.model': aligner.model,
    'stream_aligner.request_id': requestId,
  };
  const span = tracer().startSpan(`chat ${model}`, { kind: SpanKind.SERVER, attributes }, parent);
  return { span, within: trace.setSpan(parent, span) };
}

/** Tells an answer's span how it ended. */
export function describeEnd(span: Span, end: EndEvent): void {
  const { counts, timings } = end;
  const { firstUpstreamText, firstSentText } = timings;
  span.setAttributes({
    'gen_ai.usage.output_tokens': counts.sentTokens,
    ...(counts.promptTokens !== null && { 'gen_ai.usage.input_tokens': counts.promptTokens }),
    ...(firstSentText !== null && { 'gen_ai.response.time_to_first_chunk': firstSentText / 1000 }),
    ...(firstUpstreamText !== null && {
      'stream_aligner.upstream.time_to_first_chunk': firstUpstreamText / 1000,
    }),
    'stream_aligner.kept': counts.kept,
    'stream_aligner.rewritten': counts.rewritten,
    'stream_aligner.failed': counts.failed,
    'stream_aligner.restarts': counts.restarts,
    'stream_aligner.discarded_tokens': counts.discardedTokens,
    ...(end.type === 'answer-finished' && { 'gen_ai.response.finish_reasons': [end.reason] }),
  });
  if (end.type === 'answer-failed') failSpan(span, end.error);
}
