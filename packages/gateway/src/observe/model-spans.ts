import { context, type Span, SpanKind, trace } from '@opentelemetry/api';
import type {
  Aligner,
  AlignerSession,
  CorrectionRequest,
  Upstream,
  UpstreamEvent,
  UpstreamSession,
} from '@stream-aligner/core';
import { failSpan, hasSpan, stepsWithin, tracer } from './spans.ts';

/** What the spans of a model's calls say of it. */
export interface KnownAs {
  /** The kind of server, or `local`. */
  provider: string;
  /** Its name in the configuration. */
  name: string;
}

/** Begins the span of a call, by the conventions for generative AI. */
function startCall(
  { model }: { model: string },
  { party, provider, name }: KnownAs & { party: 'upstream' | 'aligner' },
): Span {
  const attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': provider,
    'gen_ai.request.model': model,
    [`stream_aligner.${party}`]: name,
  };
  return tracer().startSpan(`chat ${model}`, { kind: SpanKind.CLIENT, attributes });
}

/** An upstream with a span for each continuation that is asked of it within another. */
export function upstreamWithSpans(upstream: Upstream, as: KnownAs): Upstream {
  return {
    ...upstream,
    async open(request) {
      const session = await upstream.open(request);
      const continueFrom: UpstreamSession['continueFrom'] = (prefix, signal, limits) => {
        const events = () => session.continueFrom(prefix, signal, limits);
        return hasSpan(context.active()) ? spanOfContinuation(events, { signal, as, upstream }) : events();
      };
      return Object.create(session, { continueFrom: { value: continueFrom } }) as UpstreamSession;
    },
  };
}

async function* spanOfContinuation(
  events: () => AsyncIterable<UpstreamEvent>,
  { signal, as, upstream }: { signal: AbortSignal; as: KnownAs; upstream: Upstream },
): AsyncGenerator<UpstreamEvent, void, undefined> {
  const span = startCall(upstream, { ...as, party: 'upstream' });
  try {
    for await (const event of stepsWithin(trace.setSpan(context.active(), span), events())) {
      note(span, event);
      yield event;
    }
  } catch (error) {
    if (!signal.aborted) failSpan(span, error);
    throw error;
  } finally {
    span.end();
  }
}

function note(span: Span, event: UpstreamEvent): void {
  if (event.type === 'finish') span.setAttribute('gen_ai.response.finish_reasons', [event.reason]);
  if (event.type === 'usage') noteUsage(span, event.usage);
}

function noteUsage(span: Span, usage: { promptTokens: number; completionTokens: number }): void {
  span.setAttribute('gen_ai.usage.input_tokens', usage.promptTokens);
  span.setAttribute('gen_ai.usage.output_tokens', usage.completionTokens);
}

/** An aligner with a span for each verdict that is asked of it within another. */
export function alignerWithSpans(aligner: Aligner, as: KnownAs): Aligner {
  return {
    ...aligner,
    async open(request) {
      const session = await aligner.open(request);
      const correct: AlignerSession['correct'] = (asked) =>
        hasSpan(context.active()) ? spanOfVerdict(session, asked, { aligner, as }) : session.correct(asked);
      return Object.create(session, { correct: { value: correct } }) as AlignerSession;
    },
  };
}

async function spanOfVerdict(
  session: AlignerSession,
  asked: CorrectionRequest,
  { aligner, as }: { aligner: Aligner; as: KnownAs },
) {
  const span = startCall(aligner, { ...as, party: 'aligner' });
  try {
    const within = trace.setSpan(context.active(), span);
    const correction = await context.with(within, () => session.correct(asked));
    span.setAttribute('stream_aligner.by', correction.by);
    if (correction.usage) noteUsage(span, correction.usage);
    return correction;
  } catch (error) {
    if (!asked.signal.aborted) failSpan(span, error);
    throw error;
  } finally {
    span.end();
  }
}
