import { createManualClock } from '@stream-aligner/testkit';
import { describe, expect, it } from 'vitest';
import { ask, eventsOf, startScriptedGateway } from './testing/scripted-gateway.ts';

/** How an upstream can fail, whether text goes out before, and the status of the plain reply. */
const failures: [upstream: string, textBefore: boolean, status: number][] = [
  ['cut@8', true, 502],
  ['reset@8', true, 502],
  ['garbage@8', true, 502],
  ['error-mid@8', true, 502],
  ['error-chunk@8', true, 502],
  ['no-finish', true, 502],
  ['cut@0', false, 502],
  ['reset@0', false, 502],
  ['error-first', false, 502],
  ['error-first@503', false, 502],
  ['error-first@429', false, 429],
  ['error-first@401', false, 502],
  ['plain-only', false, 502],
  ['overflow', false, 400],
];

describe.each([
  ['aligned', { aligner: 'scripted' }],
  ['raw', { aligner: null }],
])('a failed %s answer never looks finished (law 7)', (_name, { aligner }) => {
  it.each(failures)('%s', async (upstream, _textBefore, status) => {
    const gateway = await startScriptedGateway({ models: { main: { upstream, aligner } } });
    const plain = await gateway.chat(ask('main'));
    expect(plain.status).toBe(status);
    expect(await plain.json()).toMatchObject({
      error: { message: expect.any(String), type: expect.any(String) },
    });

    const streamed = await gateway.chat(ask('main', { stream: true }));
    if (streamed.status !== 200) {
      // Nothing was sent yet, so the failure has a status of its own.
      expect(streamed.status).toBe(status);
      return;
    }
    const events = await eventsOf(streamed);
    expect(JSON.parse(events.at(-1) ?? '')).toMatchObject({ error: { message: expect.any(String) } });
    expect(events).not.toContain('[DONE]');
    expect(events.some((event) => /"finish_reason":"/.test(event))).toBe(false);
  });
});

// A reset can take text with it that was already on its way.
it.each(failures.filter(([upstream, textBefore]) => textBefore && !upstream.startsWith('reset')))(
  '%s after a sentence fails in the stream',
  async (upstream) => {
    const gateway = await startScriptedGateway({ models: { main: { upstream } } });
    const response = await gateway.chat(ask('main', { stream: true }));
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(text).toContain('The first sentence stands.');
    expect(text.trimEnd().split('\n').at(-1)).toMatch(/^data: \{"error":/);
  },
);

describe.each(['stall@8', 'silent'])('an upstream that falls silent (%s)', (upstream) => {
  it.each([false, true])('runs into its deadline (streamed: %s)', async (stream) => {
    const clock = createManualClock();
    const gateway = await startScriptedGateway({ models: { main: { upstream } }, clock });
    const answering = gateway.chat(ask('main', { stream })).then(async (response) => ({
      status: response.status,
      text: await response.text(),
    }));
    await gateway.models.until(({ requests }) =>
      requests.some(
        ({ model, text }) => model === upstream && (upstream === 'silent' || text.split(' ').length > 7),
      ),
    );
    const done = Promise.withResolvers<void>();
    answering.then(() => done.resolve());
    let over = false;
    done.promise.then(() => {
      over = true;
    });
    while (!over) {
      clock.advance(10_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { status, text } = await answering;
    expect(text).toContain('"type":"timeout_error"');
    expect(text).not.toContain('[DONE]');
    expect(status).toBe(stream ? 200 : 504);
    expect(clock.pending).toBe(0);
  });
});

it('an upstream that is down is named, with what to do', async () => {
  const gateway = await startScriptedGateway({ baseUrl: 'http://127.0.0.1:9/v1' });
  for (const stream of [false, true]) {
    const response = await gateway.chat(ask('main', { stream }));
    expect(response.status).toBe(502);
    expect(await response.text()).toMatch(/upstream at http:\/\/127\.0\.0\.1:9 could not be reached/);
  }
});

describe('an aligner that fails', () => {
  it.each(['error-first', 'cut@1', 'chatty+empty', 'garbage@1'])('%s blocks the answer', async (aligner) => {
    const gateway = await startScriptedGateway({ models: { main: { upstream: 'scripted', aligner } } });
    const plain = await gateway.chat(ask('main'));
    expect(plain.status).toBe(502);
    const streamed = await gateway.chat(ask('main', { stream: true }));
    const text = await streamed.text();
    expect(text).toContain('aligner_error');
    expect(text).not.toContain('first sentence');
    expect(text).not.toContain('[DONE]');
  });

  it('lets the draft pass where the configuration says so', async () => {
    const gateway = await startScriptedGateway({
      models: { main: { upstream: 'scripted', aligner: 'error-first', onAlignerFailure: 'pass' } },
    });
    const response = await gateway.chat(ask('main', { stream_aligner: { trace: true } }));
    const body = await response.text();
    expect(response.status).toBe(200);
    expect(body).toContain('It ends here.');
    expect(body).toContain('"type":"aligner-failed"');
  });
});

it('tells a retrying client when to come back', async () => {
  const gateway = await startScriptedGateway({ models: { main: { upstream: 'error-first@429' } } });
  const response = await gateway.chat(ask('main'));
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '2']);
});

it('counts a failed answer once, as failed', async () => {
  const gateway = await startScriptedGateway({ models: { main: { upstream: 'cut@0' } } });
  for (const stream of [true, false]) await (await gateway.chat(ask('main', { stream }))).text();
  const metrics = await (await gateway.fetch(new Request('http://g/metrics'))).text();
  expect(metrics.match(/^stream_aligner_requests_total.*/gm)).toEqual([
    'stream_aligner_requests_total{model="main",outcome="failed"} 2',
  ]);
});
