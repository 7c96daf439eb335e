import {
  type Context,
  context,
  isSpanContextValid,
  propagation,
  type Span,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { StreamAlignerError } from '@stream-aligner/core';

/** What makes the gateway's spans. They go nowhere unless an OpenTelemetry SDK has been registered. */
export const tracer = () => trace.getTracer('stream-aligner');

/**
 * What a request's spans hang on: the span of whatever watches this process already, else what the client's `traceparent`
 * names. Baggage stays here, because it would go on to the model servers as it came.
 */
export function parentOf(headers: Headers): Context {
  const active = context.active();
  if (trace.getSpan(active)) return active;
  const getter = {
    get: (from: Headers, key: string) => from.get(key) ?? undefined,
    keys: (from: Headers) => [...from.keys()],
  };
  return propagation.deleteBaggage(propagation.extract(active, headers, getter));
}

/** Whether anybody would see, or hand on, a span made in this context. */
export function hasSpan(within: Context): boolean {
  const parent = trace.getSpanContext(within);
  return parent !== undefined && isSpanContextValid(parent);
}

/** Marks a span as failed. Of the error only its code is told: what is not ours may quote anything. */
export function failSpan(span: Span, error: unknown): void {
  span.setAttribute('error.type', StreamAlignerError.isInstance(error) ? error.code : '_OTHER');
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** The same values, each of whose steps is taken in a context: a generator runs in that of whoever asks it to go on. */
export function stepsWithin<T>(within: Context, values: AsyncIterable<T>): AsyncIterableIterator<T> {
  const iterator = values[Symbol.asyncIterator]();
  return {
    next: context.bind(within, () => iterator.next()),
    return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
