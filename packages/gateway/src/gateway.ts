import { randomUUID } from 'node:crypto';
import { type Clock, StreamAlignerError, systemClock } from '@stream-aligner/core';
import { Hono } from 'hono';
import { defaultConfiguration } from './configuration/default.ts';
import type { Configuration } from './configuration/schema.ts';
import { createAnswersInFlight } from './http/answers-in-flight.ts';
import { type AnswerApi, answerRequest } from './http/answer-route.ts';
import { chatApi } from './http/chat-api.ts';
import { errorResponse } from './http/error-response.ts';
import type { GatewayParts } from './http/gateway-parts.ts';
import { createKeyCheck } from './http/keys.ts';
import { modelBodies } from './http/model-bodies.ts';
import { createOriginCheck } from './http/origins.ts';
import { createPages, PAGE_ROUTES } from './http/pages.ts';
import { createLog, levelOf, type Log, loggedError } from './observe/log.ts';
import { createMetrics } from './observe/metrics.ts';
import { type OpenRecipesOptions, openRecipes } from './recipes/open-recipes.ts';
import { responsesApi } from './responses/responses-api.ts';
import { type ClientBindings, traceRoutes } from './traces/api/trace-routes.ts';
import { createTraces } from './traces/traces.ts';

export interface GatewayOptions {
  /** Default: the embedded pair, as `tiny-aligned` and `tiny`. */
  configuration?: Configuration;
  /** Default: JSON lines on the standard error stream, from the configured level up. */
  log?: Log;
  /** For tests. Default: the machine's clock. */
  clock?: Clock;
  /** For tests. Default: random. */
  newId?: () => string;
  /** For tests. Default: the pair of `@stream-aligner/local`. */
  loadTinyPair?: OpenRecipesOptions['loadTinyPair'];
}

/** An OpenAI-compatible gateway as a function from request to response. */
export interface Gateway {
  /**
   * Answers one request. Never rejects: what goes wrong is a response with an error envelope. A server says from which
   * address the request comes, so that what is for this machine alone stays on it.
   */
  fetch(request: Request, client?: ClientBindings): Promise<Response>;
  /**
   * Loads the models that run in this process, so that the first answer need not. Throws `model-missing` or
   * `model-damaged`.
   */
  warm(): Promise<void>;
  /** Takes no more requests, lets answers finish for at most `server.drainMs`, aborts the rest, unloads the models. */
  close(): Promise<void>;
}

/** Creates a gateway. Nothing is loaded or opened before the first request, or {@link Gateway.warm}. */
export function createGateway(options: GatewayOptions = {}): Gateway {
  const { configuration = defaultConfiguration(), clock = systemClock, loadTinyPair } = options;
  const { server } = configuration;
  const recipes = openRecipes({
    configuration,
    clock,
    ...(loadTinyPair && { loadTinyPair }),
    onCopyCheckUnavailable: (aligner, error) =>
      log.warn({ aligner, error: loggedError(error) }, 'copy check unavailable'),
  });
  const metrics = createMetrics(() => recipes.breakers);
  const log = options.log ?? createLog(server.logLevel);
  const traces =
    configuration.traces &&
    createTraces(configuration.traces, { clock, log, dropped: metrics.tracesDropped });
  const parts: GatewayParts = {
    server,
    models: modelBodies(configuration),
    recipes,
    answers: createAnswersInFlight({ most: server.maxConcurrent, clock }),
    metrics,
    traces,
    log,
    clock,
    loading: 0,
    newId: options.newId ?? (() => randomUUID().replaceAll('-', '')),
  };
  const app = createRoutes(parts);
  let closing: Promise<void> | undefined;
  return {
    fetch: async (request, client = {}) => app.fetch(request, client),
    async warm() {
      parts.loading += 1;
      await Promise.all([parts.recipes.warm(), traces?.open()]).finally(() => {
        parts.loading -= 1;
      });
    },
    close() {
      closing ??= parts.answers
        .drain(server.drainMs)
        .then(() => Promise.all([parts.recipes.close(), traces?.close()]))
        .then(() => {});
      return closing;
    },
  };
}

interface Environment {
  Bindings: ClientBindings;
  Variables: { requestId: string; answered: boolean };
}

/** Where answers are asked for, and in which words. */
const apis: Readonly<Record<string, AnswerApi>> = {
  '/v1/chat/completions': chatApi,
  '/v1/responses': responsesApi,
};

const routes = {
  '/v1/chat/completions': 'POST',
  '/v1/responses': 'POST',
  '/v1/models': 'GET',
  '/healthz': 'GET',
  '/readyz': 'GET',
  '/metrics': 'GET',
} as const;

function createRoutes(parts: GatewayParts): Hono<Environment> {
  const { server, models, recipes, answers, metrics, log, newId } = parts;
  const app = new Hono<Environment>();
  const checkKey = createKeyCheck(server.keys);
  const origins = createOriginCheck(server.allowedOrigins);

  app.use(async (c, next) => {
    const asked = c.req.header('x-request-id') ?? '';
    const requestId = /^[\w.-]{1,128}$/.test(asked) ? asked : newId();
    c.set('requestId', requestId);
    await next();
    c.header('x-request-id', requestId);
    for (const [name, value] of Object.entries(origins.corsHeaders(c.req.raw))) c.header(name, value);
  });
  app.onError((error, c) => {
    const response = errorResponse(error);
    const { path } = c.req;
    const route = Object.hasOwn(routes, path) ? path : 'other';
    // A failed answer has been counted and logged as what it is.
    if (c.get('answered')) return response;
    if (Object.hasOwn(apis, path)) metrics.requests.inc({ model: '', outcome: 'refused' });
    const line = { requestId: c.get('requestId'), route, status: response.status, error: loggedError(error) };
    log[levelOf(error)](line, 'request refused');
    return response;
  });
  app.use('/v1/*', async (c, next) => {
    if (c.req.method === 'OPTIONS') return next();
    origins.check(c.req.raw);
    checkKey(c.req.raw.headers);
    return next();
  });

  for (const [path, method] of Object.entries(routes)) {
    app.options(path, (c) => origins.preflight(c.req.raw, `${method}, OPTIONS`));
  }
  for (const [path, api] of Object.entries(apis)) {
    app.post(path, (c) =>
      answerRequest(c.req.raw, {
        api,
        parts,
        requestId: c.get('requestId'),
        onAnswer: () => c.set('answered', true),
      }),
    );
  }
  app.get('/v1/models', (c) => c.json({ object: 'list', data: [...models.values()] }));
  app.get('/v1/models/:name{.+}', async (c) => {
    const name = c.req.param('name');
    // Throws for an unknown name, which is all that it is asked for here.
    if (!models.has(name)) await recipes.get(name);
    return c.json(models.get(name));
  });
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.get('/readyz', async (c) => {
    if (answers.draining) return c.json({ status: 'stopping' }, 503);
    if (parts.loading > 0) return c.json({ status: 'loading' }, 503);
    return c.json({ status: 'ready', models: recipes.names });
  });
  app.get('/metrics', async (c) => {
    checkKey(c.req.raw.headers);
    return c.text(await metrics.registry.metrics(), 200, { 'content-type': metrics.registry.contentType });
  });
  app.route('/api/traces', traceRoutes(parts, origins));
  if (server.playground) {
    const page = createPages();
    for (const path of PAGE_ROUTES) app.get(path, (c) => page(c.req.raw));
  }

  for (const [path, method] of Object.entries(routes)) {
    app.all(path, () => {
      throw new StreamAlignerError('invalid-request', `${path} takes ${method} alone.`, {
        details: { status: 405, code: 'method_not_allowed', allow: `${method}, OPTIONS` },
      });
    });
  }
  app.notFound(() =>
    errorResponse(
      new StreamAlignerError(
        'invalid-request',
        `There is nothing here. Try ${Object.keys(routes).join(', ')}.`,
        {
          details: { status: 404, code: 'not_found' },
        },
      ),
    ),
  );
  return app;
}
