import { context, propagation, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serveNode } from '../serve-node.ts';
import { type RecordedSpan, recordSpans } from '../testing/recorded-spans.ts';
import { ask, type ScriptedModel, startScriptedGateway } from '../testing/scripted-gateway.ts';

const SECOND = 'The second one says 3.14 in passing.';

/** A gateway whose aligner rewrites the second sentence. */
function start(models: Record<string, ScriptedModel>) {
  return startScriptedGateway({
    models,
    scripts: { aligner: ({ draft }) => (draft === SECOND ? 'It was rewritten.' : undefined) },
  });
}

describe('an answer', () => {
  it('is a span with the attributes of the GenAI conventions', async () => {
    const spans = recordSpans();
    const gateway = await start({ main: { upstream: 'scripted' }, cut: { upstream: 'cut@0' } });
    const request = ask('main', { stream: true, temperature: 0.5, max_tokens: 99 });
    await (await gateway.chat(request, { headers: { 'x-request-id': 'mine' } })).text();
    await (await gateway.chat(ask('cut'))).text();
    const answers = spans.filter(({ kind }) => kind === SpanKind.SERVER);
    expect(answers).toMatchObject([
      {
        name: 'chat main',
        ended: true,
        attributes: {
          'gen_ai.operation.name': 'chat',
          'gen_ai.request.model': 'main',
          'gen_ai.request.stream': true,
          'gen_ai.request.temperature': 0.5,
          'gen_ai.request.max_tokens': 99,
          'gen_ai.response.model': 'scripted',
          'gen_ai.response.finish_reasons': ['stop'],
          'gen_ai.response.time_to_first_chunk': expect.any(Number),
          'gen_ai.usage.output_tokens': expect.any(Number),
          'stream_aligner.request_id': 'mine',
          'stream_aligner.kept': 3,
          'stream_aligner.rewritten': 1,
        },
      },
      {
        name: 'chat cut',
        ended: true,
        status: SpanStatusCode.ERROR,
        attributes: { 'error.type': 'upstream-truncated' },
      },
    ]);
    expect(answers[0]).not.toHaveProperty('status');
  });

  it('has a span for each round with the aligner’s call below it, and one for each call of the upstream', async () => {
    const spans = recordSpans();
    const gateway = await start({ main: { upstream: 'scripted', lookahead: 0 } });
    await (await gateway.chat(ask('main', { stream: true }))).text();
    expect(spans.every(({ ended }) => ended)).toBe(true);
    const rounds = spans.filter(({ name }) => name === 'round');
    expect(rounds.map(({ attributes }) => attributes)).toEqual([
      { 'stream_aligner.round': 1, 'stream_aligner.verdict': 'kept' },
      { 'stream_aligner.round': 2, 'stream_aligner.verdict': 'rewritten' },
      { 'stream_aligner.round': 3, 'stream_aligner.verdict': 'kept' },
      { 'stream_aligner.round': 4, 'stream_aligner.verdict': 'kept' },
    ]);
    const calls = spans.filter(({ kind }) => kind === SpanKind.CLIENT);
    const below = (parent: RecordedSpan) => calls.filter(({ parentId }) => parentId === parent.spanId);
    for (const round of rounds) {
      expect(below(round)).toMatchObject([
        {
          name: 'chat scripted',
          attributes: {
            'gen_ai.provider.name': 'openai-compatible',
            'gen_ai.request.model': 'scripted',
            'stream_aligner.aligner': 'scripted',
            'stream_aligner.by': 'decoding',
          },
        },
      ]);
    }
    const [answer] = spans.filter(({ name }) => name === 'chat main');
    if (!answer) throw new Error('no answer was recorded');
    // One after each sentence.
    const written = below(answer);
    expect(written).toHaveLength(4);
    expect(written.at(-1)?.attributes).toMatchObject({
      'stream_aligner.upstream': 'scripted',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.output_tokens': expect.any(Number),
    });
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  });

  it('drops the rounds that a rewrite made pointless, and tells of what failed', async () => {
    const spans = recordSpans();
    const gateway = await start({
      main: { upstream: 'scripted', lookahead: 4 },
      failing: { upstream: 'scripted', aligner: 'error-first' },
    });
    await (await gateway.chat(ask('main'))).text();
    const verdicts = spans.map(({ attributes }) => attributes['stream_aligner.verdict']);
    expect(verdicts).toContain('dropped');
    expect(verdicts.filter((verdict) => verdict === 'rewritten')).toHaveLength(1);
    spans.splice(0);
    await (await gateway.chat(ask('failing'))).text();
    expect(spans.filter(({ name }) => name === 'round')).toContainEqual(
      expect.objectContaining({
        status: SpanStatusCode.ERROR,
        attributes: expect.objectContaining({ 'error.type': 'aligner-failed' }),
      }),
    );
    expect(spans.every(({ ended }) => ended)).toBe(true);
  });

  it('whose client leaves ends every span, and none of them as a failure', async () => {
    const spans = recordSpans();
    const gateway = await start({ main: { upstream: 'stall@8' } });
    const response = await gateway.chat(ask('main', { stream: true }));
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await gateway.models.until(({ openRequests }) => openRequests === 0);
    await gateway.close();
    expect(spans.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['chat main', 'chat stall@8', 'round', 'chat scripted']),
    );
    for (const span of spans) {
      expect(span.ended, span.name).toBe(true);
      expect(span.status, span.name).toBeUndefined();
    }
  });

  it('has no text in its spans', async () => {
    const spans = recordSpans();
    const gateway = await start({ main: { upstream: 'scripted' } });
    const messages = [{ role: 'user', content: 'What about Zanzibar?' }];
    await (await gateway.chat(ask('main', { messages, stop: ['Zebra'], user: 'Zoe' }))).text();
    expect(JSON.stringify(spans)).not.toMatch(/Z[aeo]|sentence/);
    expect(spans.length).toBeGreaterThan(4);
  });
});

describe('traceparent', () => {
  const CLIENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  async function askOverHttp(headers: Record<string, string>) {
    const gateway = await start({ main: { upstream: 'scripted' } });
    const served = await serveNode(gateway, { host: '127.0.0.1', port: 0 });
    onTestFinished(() => served.close());
    const response = await fetch(`${served.url}/v1/chat/completions`, {
      method: 'POST',
      headers,
      body: JSON.stringify(ask('main', { stream: true })),
    });
    await response.text();
    return gateway.models.requests;
  }

  it('of the request is the parent, and reaches every model server as the call’s own', async () => {
    const spans = recordSpans();
    const requests = await askOverHttp({ traceparent: CLIENT });
    const [answer] = spans;
    expect(answer).toMatchObject({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      parentId: 'b7ad6b7169203331',
    });
    const calls = spans.filter(({ kind }) => kind === SpanKind.CLIENT);
    expect(requests.map(({ headers }) => headers['traceparent']).toSorted()).toEqual(
      calls.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`).toSorted(),
    );
    expect(calls.length).toBeGreaterThan(4);
  });

  it('stays outside where no SDK is registered', async () => {
    const requests = await askOverHttp({ traceparent: CLIENT });
    expect(requests.length).toBeGreaterThan(4);
    for (const { headers } of requests) expect(headers).not.toHaveProperty('traceparent');
  });

  it('comes without the client’s baggage', async () => {
    recordSpans();
    propagation.disable();
    propagation.setGlobalPropagator({
      fields: () => ['baggage'],
      extract: (within, carrier, getter) =>
        propagation.setBaggage(
          within,
          propagation.createBaggage({ secret: { value: String(getter.get(carrier, 'baggage')) } }),
        ),
      inject(within, carrier, setter) {
        for (const [key, { value }] of propagation.getBaggage(within)?.getAllEntries() ?? [])
          setter.set(carrier, key, value);
      },
    });
    const requests = await askOverHttp({ baggage: 'Zanzibar' });
    expect(requests.length).toBeGreaterThan(4);
    expect(JSON.stringify(requests.map(({ headers }) => headers))).not.toContain('Zanzibar');
    expect(propagation.getBaggage(context.active())).toBeUndefined();
  });
});
