import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Attributes,
  type Context,
  type ContextManager,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type SpanKind,
  type TextMapPropagator,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { onTestFinished } from 'vitest';

/** A span as it ended. */
export interface RecordedSpan {
  name: string;
  kind?: SpanKind;
  attributes: Attributes;
  status?: number;
  ended?: boolean;
  traceId: string;
  spanId: string;
  /** The id of the span above it. */
  parentId?: string;
}

/**
 * Records every span that is made until the test is over, as an SDK would: contexts follow the calls that are made in
 * them, and `traceparent` is read and written.
 */
export function recordSpans(): RecordedSpan[] {
  const spans: RecordedSpan[] = [];
  trace.setGlobalTracerProvider({ getTracer: () => createTracer(spans) });
  context.setGlobalContextManager(createContextManager());
  propagation.setGlobalPropagator(traceparent);
  onTestFinished(() => {
    trace.disable();
    context.disable();
    propagation.disable();
  });
  return spans;
}

function createTracer(spans: RecordedSpan[]): Tracer {
  const id = (digits: number) => (spans.length + 1).toString(16).padStart(digits, '0');
  return {
    startSpan(name, { kind, attributes } = {}, within = context.active()) {
      const parent = trace.getSpanContext(within);
      const record: RecordedSpan = {
        name,
        attributes: { ...attributes },
        traceId: parent?.traceId ?? id(32),
        spanId: id(16),
        ...(kind !== undefined && { kind }),
        ...(parent && { parentId: parent.spanId }),
      };
      spans.push(record);
      const { traceId, spanId } = record;
      const span: Partial<Span> = {
        spanContext: () => ({ traceId, spanId, traceFlags: 1 }),
        setAttributes: (more) => chained(Object.assign(record.attributes, more)),
        setAttribute: (key, value) => chained(Object.assign(record.attributes, { [key]: value })),
        setStatus: ({ code }) => chained(Object.assign(record, { status: code })),
        end: () => void Object.assign(record, { ended: true }),
      };
      const chained = (_done: unknown) => span as Span;
      return span as Span;
    },
    startActiveSpan() {
      throw new Error('nobody uses it');
    },
  };
}

function createContextManager(): ContextManager {
  const storage = new AsyncLocalStorage<Context>();
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (within, fn, self, ...args) => storage.run(within, () => fn.apply(self, args)),
    bind: (within, target) =>
      (typeof target === 'function'
        ? (...args: unknown[]) => storage.run(within, () => target(...args))
        : target) as typeof target,
    enable: () => manager,
    disable: () => manager,
  };
  return manager;
}

const traceparent: TextMapPropagator = {
  fields: () => ['traceparent'],
  inject(within, carrier, setter) {
    const span = trace.getSpanContext(within);
    if (span) setter.set(carrier, 'traceparent', `00-${span.traceId}-${span.spanId}-01`);
  },
  extract(within, carrier, getter) {
    const [, traceId, spanId] =
      /^00-([0-9a-f]{32})-([0-9a-f]{16})-/.exec(String(getter.get(carrier, 'traceparent'))) ?? [];
    if (traceId === undefined || spanId === undefined) return within;
    const remote: SpanContext = { traceId, spanId, traceFlags: 1, isRemote: true };
    return trace.setSpanContext(within, remote);
  },
};
