import { type Attributes, type Span, type Tracer, trace } from '@opentelemetry/api';
import { onTestFinished } from 'vitest';

/** A span as it ended. */
export interface RecordedSpan {
  name: string;
  attributes: Attributes;
  status?: number;
  ended?: boolean;
}

/** Records every span that is made until the test is over. */
export function recordSpans(): RecordedSpan[] {
  const spans: RecordedSpan[] = [];
  const tracer = {
    startSpan(name: string, options: { attributes: Attributes }) {
      const record: RecordedSpan = { name, attributes: { ...options.attributes } };
      spans.push(record);
      const span = {
        setAttributes: (more: Attributes) => Object.assign(record.attributes, more),
        setAttribute: (key: string, value: string) => Object.assign(record.attributes, { [key]: value }),
        setStatus: ({ code }: { code: number }) => Object.assign(record, { status: code }),
        end: () => Object.assign(record, { ended: true }),
      };
      return span as unknown as Span;
    },
  };
  trace.setGlobalTracerProvider({ getTracer: () => tracer as unknown as Tracer });
  onTestFinished(() => trace.disable());
  return spans;
}
