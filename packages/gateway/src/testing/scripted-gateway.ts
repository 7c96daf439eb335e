import {
  type ScriptedServer,
  type ScriptedServerOptions,
  startScriptedServer,
} from '@stream-aligner/testkit';
import { onTestFinished } from 'vitest';
import { parseConfiguration } from '../configuration/parse.ts';
import { createGateway, type Gateway, type GatewayOptions } from '../gateway.ts';

/** One model of a test's gateway: how its scripted upstream and aligner behave, and options of the recipe. */
export interface ScriptedModel {
  upstream: string | readonly string[];
  /** null: no aligner. Default `scripted`. */
  aligner?: string | readonly string[] | null;
  /** Default `stream-aligner`. */
  contract?: 'stream-aligner' | 'instruct';
  [option: string]: unknown;
}

export interface ScriptedGatewayOptions extends Omit<GatewayOptions, 'configuration'> {
  models?: Record<string, ScriptedModel>;
  /** The configuration's `server`. */
  server?: Record<string, unknown>;
  /** The configuration's `traces`. */
  traces?: Record<string, unknown>;
  scripts?: ScriptedServerOptions;
  /** Where the upstreams are said to be. Default: the scripted server. */
  baseUrl?: string;
  /** Where the aligners are said to be. Default: the scripted server. */
  alignerUrl?: string;
  /** Further options of every upstream. */
  upstreamOptions?: Record<string, unknown>;
  /** Further options of every aligner. */
  alignerOptions?: Record<string, unknown>;
}

export interface ScriptedGateway extends Gateway {
  models: ScriptedServer;
  /** Posts a chat request in-process. */
  chat(body: unknown, init?: RequestInit): Promise<Response>;
  /** Posts a Responses request in-process. */
  respond(body: unknown, init?: RequestInit): Promise<Response>;
}

/** A gateway in front of a scripted server, by a real configuration. Both are closed when the test is over. */
export async function startScriptedGateway({
  models = { main: { upstream: 'scripted' } },
  server = {},
  traces,
  scripts = {},
  baseUrl,
  alignerUrl,
  upstreamOptions = {},
  alignerOptions = {},
  ...rest
}: ScriptedGatewayOptions = {}): Promise<ScriptedGateway> {
  const scripted = await startScriptedServer(scripts);
  const url = baseUrl ?? scripted.baseUrl;
  // Tests of failures say what they want of recovery; the others must not wait for it.
  const recovery = { attempts: 0 };
  const upstreams: Record<string, unknown> = {};
  const aligners: Record<string, unknown> = {};
  const recipes: Record<string, unknown> = {};
  for (const [name, model] of Object.entries(models)) {
    const { upstream, aligner = 'scripted', contract = 'stream-aligner', ...options } = model;
    for (const name of [upstream].flat())
      upstreams[name] = { type: 'openai-compatible', baseUrl: url, model: name, ...upstreamOptions };
    for (const name of [aligner ?? []].flat())
      aligners[name] = {
        type: 'openai-compatible',
        baseUrl: alignerUrl ?? scripted.baseUrl,
        model: name,
        contract,
        ...alignerOptions,
      };
    recipes[name] = { upstream, recovery, ...(aligner !== null && { aligner }), ...options };
  }
  const configuration = parseConfiguration({
    text: JSON.stringify({
      server: { logLevel: 'silent', ...server },
      upstreams,
      aligners,
      models: recipes,
      traces,
    }),
    env: {},
  });
  const gateway = createGateway({ configuration, ...rest });
  onTestFinished(async () => {
    await gateway.close();
    await scripted.close();
  });
  const post =
    (path: string) =>
    (body: unknown, init: RequestInit = {}) =>
      gateway.fetch(
        new Request(`http://gateway.test${path}`, {
          method: 'POST',
          body: typeof body === 'string' ? body : JSON.stringify(body),
          ...init,
        }),
      );
  return {
    ...gateway,
    models: scripted,
    chat: post('/v1/chat/completions'),
    respond: post('/v1/responses'),
  };
}

/** A small request to a model. */
export function ask(model: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { model, messages: [{ role: 'user', content: 'What is it?' }], ...more };
}

/** The data of a streamed reply's events, comments left out. */
export async function eventsOf(response: Response): Promise<string[]> {
  const text = await response.text();
  return text
    .split('\n\n')
    .filter((event) => event.startsWith('data: '))
    .map((event) => event.slice('data: '.length));
}
