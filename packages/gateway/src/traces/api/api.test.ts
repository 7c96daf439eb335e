import { scriptAnswers, type ScriptedServerOptions } from '@stream-aligner/testkit';
import { describe, expect, it } from 'vitest';
import { serveNode } from '../../serve-node.ts';
import { ask, startScriptedGateway } from '../../testing/scripted-gateway.ts';
import { saidOf, startTracedGateway } from '../../testing/traced-gateway.ts';
import type { TracePage } from '../store.ts';

const scripts: ScriptedServerOptions = {
  upstream: (request) =>
    scriptAnswers({ [request.question]: 'One is first. Two is wrong. Three is last.' })(request),
  aligner: ({ draft }) => draft.replace('wrong', 'right'),
};

describe('who may read traces', () => {
  const key = 'sk-of-the-clients';
  const traceKey = 'sk-of-the-readers';

  it.each([
    ['a loopback host', {}, {}, undefined, 'http://127.0.0.1', undefined, 200],
    ['the name of this machine', {}, {}, undefined, 'http://localhost:8787', '::1', 200],
    ['another host', {}, {}, undefined, 'http://gateway.example', '127.0.0.1', 403],
    [
      'another machine that says it asks for this one',
      {},
      {},
      undefined,
      'http://localhost',
      '192.0.2.7',
      403,
    ],
    ['this machine, by a mapped address', {}, {}, undefined, 'http://localhost', '::ffff:127.0.0.1', 200],
    ['a client’s key, where readers have none', { keys: [key] }, {}, key, 'http://127.0.0.1', undefined, 403],
    ['no key, where clients have one', { keys: [key] }, {}, undefined, 'http://127.0.0.1', undefined, 403],
    [
      'a reader’s key, from anywhere',
      {},
      { keys: [traceKey] },
      traceKey,
      'http://g.example',
      '192.0.2.7',
      200,
    ],
    [
      'a client’s key, where readers have another',
      { keys: [key] },
      { keys: [traceKey] },
      key,
      'http://127.0.0.1',
      undefined,
      401,
    ],
    [
      'no key, where readers have one',
      {},
      { keys: [traceKey] },
      undefined,
      'http://127.0.0.1',
      undefined,
      401,
    ],
  ])('%s', async (_who, server, traces, bearer, origin, address, status) => {
    const gateway = await startTracedGateway({ server, traces });
    const headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
    for (const path of ['', '/none', '/none/feedback/1']) {
      const method = path.includes('feedback') ? 'DELETE' : 'GET';
      const response = await gateway.api(path, { headers, origin, address, method });
      const granted = path === '' ? 200 : 404;
      expect(response.status, path).toBe(status === 200 ? granted : status);
      if (status !== 200) expect(await response.text()).toContain(status === 403 ? 'traces.keys' : 'Bearer');
    }
  });

  it('no page of another origin, and pages of a configured one', async () => {
    const gateway = await startTracedGateway({ server: { allowedOrigins: ['https://chat.example'] } });
    const from = (page: string) => gateway.api('', { headers: { origin: page, host: '127.0.0.1' } });
    expect((await from('https://evil.example')).status).toBe(403);
    expect((await from('http://127.0.0.1')).status).toBe(200);
    const allowed = await from('https://chat.example');
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([
      200,
      'https://chat.example',
    ]);
    const preflight = await gateway.api('/some/feedback/1', {
      method: 'OPTIONS',
      headers: { origin: 'https://chat.example', 'access-control-request-method': 'PUT' },
    });
    expect(preflight.headers.get('access-control-allow-methods')).toBe('PUT, DELETE, OPTIONS');
  });

  it('whoever asks over a real connection from here', async () => {
    const gateway = await startTracedGateway();
    const served = await serveNode(gateway, { host: '127.0.0.1', port: 0 });
    const response = await fetch(`${served.url}/api/traces`);
    await served.close();
    expect([response.status, await response.json()]).toEqual([200, { data: [], next: null }]);
  });
});

it('says how to turn traces on where there are none', async () => {
  const gateway = await startScriptedGateway();
  const response = await gateway.fetch(new Request('http://127.0.0.1/api/traces'));
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({
    error: { code: 'traces_off', message: expect.stringContaining('`traces: {}`') },
  });
});

it('lists by filters and pages, and refuses what it cannot mean', async () => {
  const models = { main: { upstream: 'scripted' }, raw: { upstream: 'scripted', aligner: null } };
  const gateway = await startTracedGateway({ models, scripts });
  for (const model of ['main', 'raw', 'main']) await gateway.chat(ask(model));
  await gateway.traces(3);
  const list = async (query: string) => (await (await gateway.api(query)).json()) as TracePage;
  const modelsOf = async (query: string) => (await list(query)).data.map(({ model }) => model);
  expect(await modelsOf('?model=raw')).toEqual(['raw']);
  expect(await modelsOf('?rewritten=true&outcome=finished&failed=false&q=Two+rig')).toEqual(['main', 'main']);
  expect(await modelsOf('?rewritten=false&model=&q=')).toEqual(['raw']);
  const first = await list('?limit=2');
  expect(first.data).toHaveLength(2);
  expect(await modelsOf(`?limit=2&before=${first.next}`)).toEqual(['main']);
  for (const [query, param] of [
    ['?limit=0', 'limit'],
    ['?limit=201', 'limit'],
    ['?limit=1.5', 'limit'],
    ['?limit=ten', 'limit'],
    ['?outcome=good', 'outcome'],
    ['?rewritten=1', 'rewritten'],
    [`?q=${'x'.repeat(1_001)}`, 'q'],
  ] as const) {
    const response = await gateway.api(query);
    expect(response.status, query).toBe(400);
    expect(await response.json(), query).toMatchObject({ error: { param } });
  }
  expect((await gateway.api('/none')).status).toBe(404);
  const posted = await gateway.api('', { method: 'POST' });
  expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, OPTIONS']);
});

it('takes feedback on what an aligner was asked about, and the last word counts', async () => {
  const gateway = await startTracedGateway({ scripts });
  await gateway.chat(ask('main'));
  const [trace] = await gateway.traces(1);
  const id = trace?.id ?? '';
  const said = async (round: number, body: unknown) => saidOf(await gateway.review(id, round, body));
  expect(await said(2, { verdict: 'accepted' })).toMatchObject({ status: 200 });
  expect(await said(2, { verdict: 'edited', text: '  Two is best. ' })).toMatchObject({
    status: 200,
    feedback: { round: 2, verdict: 'edited', text: 'Two is best.', at: expect.stringMatching(/^\d{4}-.*Z$/) },
  });
  expect(await said(1, { verdict: 'rejected' })).toMatchObject({ status: 200 });
  const [reviewed] = await gateway.traces(1);
  expect(reviewed).toMatchObject({
    reviewed: 2,
    feedback: [
      { round: 1, verdict: 'rejected' },
      { round: 2, verdict: 'edited', text: 'Two is best.' },
    ],
  });
  for (const [round, body] of [
    [4, { verdict: 'accepted' }],
    [2, { verdict: 'edited' }],
    [2, { verdict: 'edited', text: ' \n' }],
    [2, { verdict: 'edited', text: 'x'.repeat(400 + 4 * 'Two is wrong.'.length + 1) }],
    [2, { verdict: 'edited', text: '```\nA fence that nothing closes.' }],
    [2, { verdict: 'accepted', text: 'Two is best.' }],
    [2, { verdict: 'fine' }],
    [2, { verdict: 'accepted', note: 'x' }],
    [2, []],
  ] as const)
    expect(await said(round, body), JSON.stringify(body).slice(0, 60)).toMatchObject({ status: 400 });
  for (const round of ['0', '-1', '1.5', 'x']) {
    const response = await gateway.api(`/${id}/feedback/${round}`, { method: 'DELETE' });
    expect(response.status, round).toBe(400);
  }
  expect(await saidOf(await gateway.api(`/${id}/feedback/2`, { method: 'DELETE' }))).toEqual({ status: 204 });
  expect((await gateway.traces(1))[0]).toMatchObject({ reviewed: 1, feedback: [{ round: 1 }] });
  expect(await saidOf(await gateway.review('none', 1, { verdict: 'accepted' }))).toEqual({
    status: 404,
    code: 'trace_not_found',
  });
});

it('takes verdicts, and no texts, where none are kept', async () => {
  const gateway = await startTracedGateway({ scripts, traces: { texts: 'none' } });
  await gateway.chat(ask('main'));
  const [trace] = await gateway.traces(1);
  const said = async (body: unknown) => saidOf(await gateway.review(trace?.id ?? '', 2, body));
  expect(await said({ verdict: 'rejected' })).toMatchObject({ status: 200 });
  expect(await said({ verdict: 'edited', text: 'Two is best.' })).toMatchObject({ status: 400 });
});
