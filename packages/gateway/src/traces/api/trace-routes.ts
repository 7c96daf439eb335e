import { StreamAlignerError } from '@stream-aligner/core';
import { Hono } from 'hono';
import type { GatewayParts } from '../../http/gateway-parts.ts';
import { readJsonBody } from '../../http/read-body.ts';
import type { createOriginCheck } from '../../http/origins.ts';
import type { Traces } from '../traces.ts';
import { createTraceAccess } from './access.ts';
import { readFeedback, readRound } from './read-feedback.ts';
import { readTraceQuery } from './read-query.ts';

/** Where a request comes from, where the server knows it. */
export interface ClientBindings {
  address?: string | undefined;
}

/** More than any edit: a sentence is held back to 16,384 code units, and an edit may have four times as many. */
const MOST_BYTES = 1024 * 1024;

const METHODS = {
  '/': 'GET, OPTIONS',
  '/:id': 'GET, OPTIONS',
  '/:id/feedback/:round': 'PUT, DELETE, OPTIONS',
} as const;

/** `/api/traces`: what was answered, sentence by sentence, and what people say of it. */
export function traceRoutes(
  { server, traces, clock }: Pick<GatewayParts, 'server' | 'traces' | 'clock'>,
  origins: ReturnType<typeof createOriginCheck>,
): Hono<{ Bindings: ClientBindings }> {
  const app = new Hono<{ Bindings: ClientBindings }>();
  for (const [path, methods] of Object.entries(METHODS))
    app.options(path, (c) => origins.preflight(c.req.raw, methods));
  const checkAccess = createTraceAccess({
    keys: traces?.configuration.keys ?? [],
    serverKeys: server.keys,
  });
  app.use('*', async (c, next) => {
    origins.check(c.req.raw);
    if (traces) checkAccess(c.req.raw, c.env.address);
    return next();
  });

  /** The store. Throws 404 where there is none. */
  function store(): Traces['store'] {
    if (traces) return traces.store;
    throw new StreamAlignerError(
      'invalid-request',
      'This gateway keeps no traces. Start it with --traces, or add `traces: {}` to its configuration.',
      { details: { status: 404, code: 'traces_off' } },
    );
  }

  app.get('/', async (c) => c.json(await store().list(readTraceQuery(new URL(c.req.url).searchParams))));
  app.get('/:id', async (c) => c.json(await found(store().get(c.req.param('id')))));
  app.put('/:id/feedback/:round', async (c) => {
    const id = c.req.param('id');
    const round = readRound(c.req.param('round'));
    const { signal } = c.req.raw;
    const sent = await readJsonBody(c.req.raw, { maxBytes: MOST_BYTES, signal, clock });
    const trace = await found(store().get(id));
    const feedback = readFeedback(sent, { trace, round });
    return c.json(await found(store().review(id, { ...feedback, at: new Date().toISOString() })));
  });
  app.delete('/:id/feedback/:round', async (c) => {
    const round = readRound(c.req.param('round'));
    await found(store().forget(c.req.param('id'), round));
    return c.body(null, 204);
  });
  for (const [path, allow] of Object.entries(METHODS)) {
    app.all(path, () => {
      throw new StreamAlignerError('invalid-request', `This path takes ${allow} alone.`, {
        details: { status: 405, code: 'method_not_allowed', allow },
      });
    });
  }
  return app;
}

/** What a store has of a trace. Throws 404 where it has none. */
async function found<T>(looking: Promise<T | null | false>): Promise<T> {
  const there = await looking;
  if (there !== null && there !== false) return there;
  throw new StreamAlignerError(
    'invalid-request',
    'There is no trace of this id. It may have been removed since: see traces.keepDays.',
    { details: { status: 404, code: 'trace_not_found' } },
  );
}
