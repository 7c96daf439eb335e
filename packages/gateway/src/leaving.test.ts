import { getEventListeners, once } from 'node:events';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createManualClock } from '@stream-aligner/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serveNode } from './serve-node.ts';
import { ask, eventsOf, startScriptedGateway } from './testing/scripted-gateway.ts';

const CLIENTS = 20;

describe('clients that leave in mid-answer', () => {
  it.each([
    [true, 'slow'],
    [true, 'silent'],
    [true, 'stall@8'],
    [false, 'slow'],
    [false, 'silent'],
  ])('stop their upstreams, and leave nothing behind (streamed: %s, %s)', async (stream, upstream) => {
    const gateway = await startScriptedGateway({ models: { main: { upstream } } });
    const served = await serveNode(gateway, { host: '127.0.0.1', port: 0 });
    onTestFinished(() => served.close());
    const before = handles();

    const body = JSON.stringify(ask('main', { stream }));
    const clients = Array.from({ length: CLIENTS }, () => {
      const client = request(`${served.url}/v1/chat/completions`, { method: 'POST', agent: false });
      client.on('error', () => {});
      client.on('response', (response) => response.on('error', () => {}).resume());
      client.end(body);
      return client;
    });
    const asked = () => gateway.models.requests.filter(({ model }) => model === upstream);
    await gateway.models.until(() => asked().length === CLIENTS);
    if (upstream === 'slow') {
      gateway.models.step(CLIENTS * 3);
      await gateway.models.until(() => asked().every(({ text }) => text !== ''));
    }
    const left = performance.now();
    for (const client of clients) client.destroy();
    await gateway.models.until(({ openRequests }) => openRequests === 0);
    const took = performance.now() - left;

    expect(asked().map(({ state }) => state)).toEqual(Array.from({ length: CLIENTS }, () => 'aborted'));
    // Law 8 gives 50 ms for each; 20 at once on a busy machine get some more.
    expect(took).toBeLessThan(500);
    // Finished calls of the aligner leave idle connections in the pool for a few seconds.
    await gateway.models.until(({ openSockets }) => openSockets === 0);
    await settled(() => handles() <= before);
    const metrics = await (await gateway.fetch(new Request('http://g/metrics'))).text();
    expect(metrics).toContain('stream_aligner_active_answers 0');
    expect(metrics).toContain('stream_aligner_waiting_answers{party="upstream"} 0');
    expect(metrics).toContain(`stream_aligner_requests_total{model="main",outcome="aborted"} ${CLIENTS}`);
  });
});

it('a hundred clients that leave take no memory with them', async () => {
  const gateway = await startScriptedGateway({ models: { main: { upstream: 'stall@8' } } });
  const served = await serveNode(gateway, { host: '127.0.0.1', port: 0 });
  onTestFinished(() => served.close());
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  const body = JSON.stringify(ask('main', { stream: true }));
  const leave = async () => {
    const clients = Array.from({ length: CLIENTS }, async () => {
      const client = request(`${served.url}/v1/chat/completions`, { method: 'POST', agent: false });
      client.on('error', () => {}).end(body);
      const [response] = await once(client, 'response');
      await once(response, 'data');
      response.on('error', () => {});
      client.destroy();
    });
    await Promise.all(clients);
    await gateway.models.until(({ openRequests }) => openRequests === 0);
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  // The first rounds fill caches and pools.
  for (let round = 0; round < 3; round += 1) await leave();
  const before = await leave();
  for (let round = 0; round < 4; round += 1) await leave();
  expect((await leave()) - before).toBeLessThan(3_000_000);
});

it('a reader that cancels in-process stops the upstream, and a long-lived signal keeps no listeners', async () => {
  const gateway = await startScriptedGateway({ models: { main: { upstream: 'stall@8' } } });
  const lasting = new AbortController();
  const response = await gateway.chat(ask('main', { stream: true }), { signal: lasting.signal });
  const reader = response.body?.getReader();
  await reader?.read();
  await reader?.cancel();
  await gateway.models.until(({ openRequests }) => openRequests === 0);
  expect(getEventListeners(lasting.signal, 'abort').length).toBeLessThanOrEqual(1);
});

it('a request that is given up in-process gets a response all the same, whatever the reason', async () => {
  const gateway = await startScriptedGateway({ models: { main: { upstream: 'silent' } } });
  for (const reason of ['a word', undefined, new Error('gone')]) {
    const controller = new AbortController();
    const body = new ReadableStream({ pull: () => new Promise(() => {}) });
    const { signal } = controller;
    const reading = gateway.chat('', { body, duplex: 'half', signal });
    const answering = gateway.chat(ask('main'), { signal });
    await gateway.models.until(({ openRequests }) => openRequests === 1);
    controller.abort(reason);
    expect([(await reading).status, (await answering).status]).toEqual([503, 503]);
    await gateway.models.until(({ openRequests }) => openRequests === 0);
  }
});

it('nothing is read ahead of the client', async () => {
  const sentence = 'This is one of very many sentences in a long answer. ';
  const gateway = await startScriptedGateway({
    models: { main: { upstream: 'scripted', lookahead: 1 } },
    scripts: { upstream: ({ prefix }) => sentence.repeat(20_000).slice(prefix.length) },
  });
  const response = await gateway.chat(ask('main', { stream: true }));
  const reader = response.body?.getReader();
  await reader?.read();
  // What the kernel's buffers hold is beyond us; what was judged is not.
  await sleep(100);
  const judged = gateway.models.requests.filter(({ body }) => JSON.stringify(body).includes('Your_Revision'));
  expect(judged.length).toBeLessThan(10);
  await reader?.cancel();
});

describe('a quiet stream', () => {
  it('is kept open by comments, which begin it if they must', async () => {
    const clock = createManualClock();
    const gateway = await startScriptedGateway({
      models: { main: { upstream: 'slow' } },
      server: { heartbeatMs: 15_000 },
      clock,
    });
    const answering = gateway.chat(ask('main', { stream: true }));
    await gateway.models.until(({ requests }) => requests.length === 1);
    clock.advance(15_000);
    const response = await answering;
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect(await reader?.read()).toEqual({ done: false, value: ': keep-alive\n\n' });
    const next = reader?.read();
    await gateway.models.until(({ openRequests }) => openRequests === 1);
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(15_000);
    expect(await next).toEqual({ done: false, value: ': keep-alive\n\n' });
    gateway.models.step(100);
    let rest = '';
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) rest += part.value;
    expect(rest).toContain('It ends here.');
    expect(rest.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(clock.pending).toBe(0);
  });
});

describe('a gateway that is closed', () => {
  it('lets answers finish and takes no more', async () => {
    const gateway = await startScriptedGateway({ models: { main: { upstream: 'slow' } } });
    const answering = gateway.chat(ask('main', { stream: true }));
    await gateway.models.until(({ requests }) => requests.length === 1);
    const closing = gateway.close();
    const refused = await gateway.chat(ask('main'));
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await gateway.fetch(new Request('http://g/readyz'))).status).toBe(503);
    expect((await gateway.fetch(new Request('http://g/healthz'))).status).toBe(200);
    gateway.models.step(100);
    expect((await eventsOf(await answering)).at(-1)).toBe('[DONE]');
    await closing;
  });

  it.each([true, false])('aborts what takes too long, and says so (streamed: %s)', async (stream) => {
    const clock = createManualClock();
    const gateway = await startScriptedGateway({
      models: { main: { upstream: 'stall@8' } },
      server: { drainMs: 5_000 },
      clock,
    });
    const answering = gateway.chat(ask('main', { stream }));
    await gateway.models.until(({ requests }) => requests.some(({ text }) => text.split(' ').length > 7));
    const reading = answering.then((response) => response.text());
    const closing = gateway.close();
    clock.advance(5_000);
    const text = await reading;
    expect(text).toContain('The gateway was stopped');
    expect(text).not.toContain('[DONE]');
    await closing;
    expect(clock.pending).toBe(0);
  });
});

it('a body that never ends does not hold up the end', async () => {
  const clock = createManualClock();
  const gateway = await startScriptedGateway({ server: { drainMs: 1_000 }, clock });
  const body = new ReadableStream({ pull: () => new Promise(() => {}) });
  const answering = gateway.chat('', { body, duplex: 'half' });
  const closing = gateway.close();
  clock.advance(1_000);
  expect((await answering).status).toBe(503);
  await closing;
});

it('more answers than the limit are told to come back', async () => {
  const gateway = await startScriptedGateway({
    models: { main: { upstream: 'slow' } },
    server: { maxConcurrent: 2 },
  });
  const running = [gateway.chat(ask('main', { stream: true })), gateway.chat(ask('main'))];
  await gateway.models.until(({ requests }) => requests.length === 2);
  const refused = await gateway.chat(ask('main'));
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  gateway.models.step(200);
  for (const response of await Promise.all(running)) expect(await response.text()).toContain('It ends here.');
  gateway.models.step(200);
  expect((await gateway.chat(ask('main'))).status).toBe(200);
});

it('a port that is taken, or cannot be, is said to be', async () => {
  const gateway = await startScriptedGateway();
  const served = await serveNode(gateway, { host: '127.0.0.1', port: 0 });
  onTestFinished(() => served.close());
  await expect(serveNode(gateway, served)).rejects.toThrow(/port \d+ is already in use.*--port/);
  await expect(serveNode(gateway, { host: '203.0.113.7', port: 0 })).rejects.toThrow(
    /no address 203\.0\.113\.7/,
  );
});

function handles(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind !== 'Immediate').length;
}

/** Waits until a condition of the process itself holds; it has no event of its own. */
async function settled(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries += 1) {
    if (tries > 200) throw new Error(`never: ${process.getActiveResourcesInfo().join(', ')}`);
    await sleep(10);
  }
}
