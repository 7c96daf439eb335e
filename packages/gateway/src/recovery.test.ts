import { DEFAULT_ANSWER } from '@stream-aligner/testkit';
import { describe, expect, it } from 'vitest';
import { ask, eventsOf, startScriptedGateway } from './testing/scripted-gateway.ts';

const recovery = { attempts: 2, backoffMs: 1 };

/** The text of a plain reply, or its error. */
async function textOf(response: Response) {
  const body = (await response.json()) as {
    choices?: { message: { content: string } }[];
    error?: { message: string };
  };
  return body.choices?.[0]?.message.content ?? body.error;
}

async function streamedText(response: Response): Promise<string> {
  const events = await eventsOf(response);
  expect(events.at(-1)).toBe('[DONE]');
  return events
    .slice(0, -1)
    .map((event) => JSON.parse(event).choices[0]?.delta.content ?? '')
    .join('');
}

describe('an upstream that fails', () => {
  /** Requests of the upstream that fail after eight words, which finish a sentence; the next goes on well. */
  const failing = (behaviour: string) => ({
    models: { main: { upstream: 'scripted', recovery } },
    scripts: {
      behave: ({ party, prefix }: { party: string; prefix: string }) =>
        party === 'upstream' && prefix.length < 40 ? behaviour : undefined,
    },
  });

  it.each(['cut@8', 'reset@8', 'error-mid@8', 'error-chunk@8', 'garbage@8'])(
    'with %s is continued from what was accepted, and the client cannot tell',
    async (behaviour) => {
      const gateway = await startScriptedGateway(failing(behaviour));
      expect(await streamedText(await gateway.chat(ask('main', { stream: true })))).toBe(DEFAULT_ANSWER);
      expect(await textOf(await gateway.chat(ask('main')))).toBe(DEFAULT_ANSWER);
      const prefixes = gateway.models.requests.map(({ prefix }) => prefix);
      expect(new Set(prefixes).size).toBeGreaterThan(1);
      expect(prefixes.every((prefix) => DEFAULT_ANSWER.startsWith(prefix))).toBe(true);
    },
  );

  it('hands the answer to the next of a list', async () => {
    const gateway = await startScriptedGateway({
      models: { main: { upstream: ['reset@8', 'error-first@503', 'scripted'], recovery } },
    });
    const response = await gateway.chat(ask('main', { stream: true, stream_aligner: { trace: true } }));
    const events = (await eventsOf(response))
      .slice(0, -1)
      .flatMap((event) => JSON.parse(event).stream_aligner?.events ?? []);
    const told = events.filter(({ type }) => type.startsWith('upstream-'));
    expect(told.map(({ type, upstream }) => `${type} ${upstream}`)).toEqual([
      'upstream-failed reset@8',
      'upstream-restarted error-first@503',
      'upstream-failed error-first@503',
      'upstream-restarted scripted',
    ]);
    expect(events.map(({ sent }) => sent).join('')).toBe(DEFAULT_ANSWER);
  });

  it('hands on what it rejects: another key, another model, a longer context', async () => {
    const gateway = await startScriptedGateway({
      models: { main: { upstream: ['error-first@401', 'overflow', 'scripted'], recovery } },
    });
    expect(await textOf(await gateway.chat(ask('main')))).toBe(DEFAULT_ANSWER);
  });

  it('for good is an honest error once all have been tried', async () => {
    const gateway = await startScriptedGateway({
      models: { main: { upstream: ['error-first@500', 'error-first@503'], recovery } },
    });
    const response = await gateway.chat(ask('main', { stream: true }));
    expect(response.status).toBe(502);
    // Both, as often as there are attempts.
    expect(gateway.models.requests).toHaveLength(6);
  });

  it('with 429 passes on when to come back, if that is too long to wait', async () => {
    const gateway = await startScriptedGateway({
      models: { main: { upstream: 'error-first@429', recovery: { ...recovery, maxBackoffMs: 1_000 } } },
    });
    const response = await gateway.chat(ask('main'));
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '2']);
    expect(gateway.models.requests).toHaveLength(1);
  });

  it('is counted, by what failed and what became of it', async () => {
    const gateway = await startScriptedGateway(failing('cut@8'));
    await gateway.chat(ask('main'));
    const response = await gateway.fetch(new Request('http://gateway.test/metrics'));
    const metrics = await response.text();
    expect(metrics).toContain('stream_aligner_recoveries_total{model="main"} 2');
    expect(metrics).toContain(
      'stream_aligner_failures_total{model="main",party="upstream",code="upstream-truncated"} 2',
    );
    expect(metrics).toContain('stream_aligner_endings_total{model="main",cause="upstream"} 1');
    expect(metrics).toContain('stream_aligner_breaker_open{server="upstream scripted"} 0');
  });
});

describe('an aligner that fails', () => {
  it('hands its drafts to a replica', async () => {
    const gateway = await startScriptedGateway({
      models: { main: { upstream: 'scripted', aligner: ['error-first@503', 'scripted'] } },
    });
    expect(await textOf(await gateway.chat(ask('main')))).toBe(DEFAULT_ANSWER);
  });

  it('too often is left alone for a while: answers fail at once, and say when to come back', async () => {
    const gateway = await startScriptedGateway({
      models: { main: { upstream: 'scripted', aligner: 'error-first@500', lookahead: 0 } },
      server: { breaker: { failures: 2, openMs: 60_000 } },
    });
    for (let i = 0; i < 2; i += 1) expect((await gateway.chat(ask('main'))).status).toBe(502);
    const asked = gateway.models.requests.filter(({ model }) => model === 'error-first@500').length;
    const response = await gateway.chat(ask('main'));
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '60']);
    expect(gateway.models.requests.filter(({ model }) => model === 'error-first@500')).toHaveLength(asked);
    const metrics = await (await gateway.fetch(new Request('http://gateway.test/metrics'))).text();
    expect(metrics).toContain('stream_aligner_breaker_open{server="aligner error-first@500"} 1');
  });
});

describe('a server with a limit of its own', () => {
  it('turns away those for whom its queue has no place, with 429 and a time to come back', async () => {
    const gateway = await startScriptedGateway({
      models: { main: { upstream: 'slow' } },
      upstreamOptions: { maxConcurrent: 1, maxQueue: 1 },
    });
    const first = gateway.chat(ask('main'));
    await gateway.models.until(({ requests }) => requests.length === 1);
    const second = gateway.chat(ask('main'));
    // The second waits in the queue; the third finds it full.
    const third = await gateway.chat(ask('main'));
    expect([third.status, third.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await textOf(third)).toMatchObject({ message: expect.stringContaining('maxConcurrent') });
    gateway.models.step(1_000);
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
  });
});

describe('an answer in JSON', () => {
  const json = '{"note": "One. Two.", "count": 2}';
  const format = { response_format: { type: 'json_object' } };

  it('is judged whole, and what no longer is JSON never goes out', async () => {
    const drafts: string[] = [];
    const gateway = await startScriptedGateway({
      models: { main: { upstream: 'scripted' } },
      scripts: {
        upstream: ({ prefix }) => json.slice(prefix.length),
        aligner: ({ draft, question }) => {
          drafts.push(draft);
          return question === 'Spoil it.' ? 'No.' : draft.replace('One.', 'Eins.');
        },
      },
    });
    expect(await textOf(await gateway.chat(ask('main', format)))).toBe(json.replace('One.', 'Eins.'));
    expect(drafts).toEqual([json]);
    const spoilt = await gateway.chat({
      ...ask('main', format),
      messages: [{ role: 'user', content: 'Spoil it.' }],
    });
    expect(spoilt.status).toBe(502);
  });
});

describe('a probe at the start', () => {
  const models = { main: { upstream: 'rejects-prefix' } };

  it('keeps a model from pretending: it says why its upstream cannot be steered', async () => {
    const gateway = await startScriptedGateway({ models, upstreamOptions: { probe: 'startup' } });
    await gateway.warm();
    const response = await gateway.chat(ask('main'));
    expect(response.status).toBe(500);
    expect(await textOf(response)).toMatchObject({
      message: expect.stringMatching(/cannot be steered: it rejects a prefix.*mode: shadow/),
    });
  });

  it('does not stand in the way of shadow mode', async () => {
    const gateway = await startScriptedGateway({
      models: { main: { ...models.main, mode: 'shadow' } },
      upstreamOptions: { probe: 'startup' },
    });
    await gateway.warm();
    expect((await gateway.chat(ask('main'))).status).toBe(200);
  });
});
