import { propagation } from '@opentelemetry/api';
import { listen } from '@stream-aligner/testkit';
import { expect, it, onTestFinished } from 'vitest';
import { resolveEndpoint } from './endpoint.ts';
import { postJson } from './post-json.ts';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** The headers that a server gets with a request. */
async function headersSent() {
  const server = await listen((request, response) => response.end(JSON.stringify(request.headers)));
  onTestFinished(() => server.close());
  const endpoint = resolveEndpoint('upstream', { baseUrl: server.url, headers: { traceparent: 'mine' } });
  const { signal } = new AbortController();
  return postJson(endpoint, { path: '/', body: {}, signal });
}

it('a request says which trace it belongs to, where a propagator is registered', async () => {
  propagation.setGlobalPropagator({
    fields: () => ['traceparent'],
    extract: (within) => within,
    inject: (_within, carrier, setter) => setter.set(carrier, 'traceparent', TRACEPARENT),
  });
  onTestFinished(() => propagation.disable());
  expect(await headersSent()).toMatchObject({ traceparent: TRACEPARENT });
  expect(await headersSent()).toMatchObject({ accept: 'application/json' });
});

it('where none is, its headers are those of the configuration', async () => {
  expect(await headersSent()).toMatchObject({ traceparent: 'mine' });
});
