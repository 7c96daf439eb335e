import { getEventListeners } from 'node:events';
import { type ContractServer, startContractServer, watchPauses } from '@stream-aligner/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUpstream } from './create-upstream.ts';
import { servers, serverTypes } from './servers.ts';

const messages = [{ role: 'user' as const, content: 'What is it?' }];
const TIMES = 100;
const ways = ['signal', 'return', 'close'] as const;

describe.each(serverTypes)('leaving %s', (type) => {
  let server: ContractServer;
  beforeAll(async () => {
    server = await startContractServer({ type });
  });
  afterAll(() => server.close());

  it(`stops it within 50 ms, ${TIMES} of ${TIMES} times, however it is done`, async () => {
    const aborts = servers[type].cancel === 'abort-request';
    const upstream = createUpstream({ type, baseUrl: server.baseUrl, model: 'stall', apiKey: 'key' });
    const took: number[] = [];
    for (let time = 0; time < TIMES; time += 1) {
      const controller = new AbortController();
      const session = await upstream.open({ messages, params: {}, signal: controller.signal });
      const events = session.continueFrom('', controller.signal)[Symbol.asyncIterator]();
      // The first sentence is there, and the server writes on.
      for (let text = ''; text !== 'The first sentence';) {
        const { value } = await events.next();
        if (value?.type === 'text-delta') text += value.text;
      }
      expect(server.requests.at(-1)?.state).toBe('open');
      const way = ways[time % ways.length];
      const pauses = watchPauses();
      const left = performance.now();
      if (way === 'signal') controller.abort(new Error('gone'));
      else if (way === 'close') await session.close();
      else await events.return?.();
      await server.until(
        ({ openRequests, aborts: told, requests }) =>
          openRequests === 0 && (!aborts || told.at(-1) === requests.at(-1)?.rid),
      );
      took.push(performance.now() - left - pauses.stop());
      expect(server.requests.at(-1)?.state).toBe('aborted');
      await events.return?.();
      await session.close();
      expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    }
    expect(took.filter((ms) => ms < 50)).toHaveLength(TIMES);
    expect(server.aborts).toHaveLength(aborts ? TIMES : 0);
    expect(new Set(server.aborts).size).toBe(aborts ? TIMES : 0);
  });

  it('has nothing to tell after a whole answer, nor after a refusal', async () => {
    const before = server.aborts.length;
    const upstream = createUpstream({ type, baseUrl: server.baseUrl, model: 'plain', apiKey: 'key' });
    const { signal } = new AbortController();
    const session = await upstream.open({ messages, params: {}, signal });
    for await (const event of session.continueFrom('', signal)) if (event.type === 'finish') break;
    await session.close();
    const busy = createUpstream({ type, baseUrl: server.baseUrl, model: 'busy', apiKey: 'key' });
    const refused = await busy.open({ messages, params: {}, signal });
    await expect(refused.continueFrom('', signal)[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'overloaded',
    });
    expect(server.aborts).toHaveLength(before);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});

describe('look-ahead', () => {
  it('is not worth its price where leaving stops no bill', () => {
    const billing = serverTypes.filter((type) => servers[type].cancel === 'bills-on');
    expect(billing.toSorted()).toEqual(['gemini', 'mistral', 'openrouter']);
  });
});
