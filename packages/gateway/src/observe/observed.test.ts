import { type Attributes, type Span, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { expect, it, onTestFinished } from 'vitest';
import { ask, startScriptedGateway } from '../testing/scripted-gateway.ts';

it('an answer is a span with the attributes of the GenAI conventions', async () => {
  const spans: { name: string; attributes: Attributes; status?: number; ended?: boolean }[] = [];
  const tracer = {
    startSpan(name: string, options: { attributes: Attributes }) {
      const record: (typeof spans)[number] = { name, attributes: { ...options.attributes } };
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

  const gateway = await startScriptedGateway({
    models: { main: { upstream: 'scripted' }, cut: { upstream: 'cut@0' } },
  });
  await (await gateway.chat(ask('main', { stream: true }))).text();
  await (await gateway.chat(ask('cut'))).text();
  expect(spans).toEqual([
    {
      name: 'chat main',
      ended: true,
      attributes: expect.objectContaining({
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': 'main',
        'gen_ai.response.model': 'scripted',
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.usage.output_tokens': expect.any(Number),
        'stream_aligner.kept': 4,
      }),
    },
    {
      name: 'chat cut',
      ended: true,
      status: SpanStatusCode.ERROR,
      attributes: expect.objectContaining({ 'error.type': 'upstream-truncated' }),
    },
  ]);
});
