import { SpanStatusCode } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { recordSpans } from '../testing/recorded-spans.ts';
import { ask, startScriptedGateway } from '../testing/scripted-gateway.ts';

it('an answer is a span with the attributes of the GenAI conventions', async () => {
  const spans = recordSpans();
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
