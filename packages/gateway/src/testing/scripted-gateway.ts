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
  upstream: string;
  /** null: no aligner. Default `scripted`. */
  aligner?: string | null;
  [option: string]: unknown;
}

export interface ScriptedGatewayOptions extends Omit<GatewayOptions, 'configuration'> {
  models?: Record<string, ScriptedModel>;
  /** The configuration's `server`. */
  server?: Record<string, unknown>;
  scripts?: ScriptedServerOptions;
  /** Where the models are said to be. Default: the scripted server. */
  baseUrl?: string;
}

export interface ScriptedGateway extends Gateway {
  models: ScriptedServer;
  /** Posts a chat request in-process. */
  chat(body: unknown, init?: RequestInit): Promise<Response>;
}

/** A gateway in front of a scripted server, by a real configuration. Both are closed when the test is over. */
export async function startScriptedGateway({
  models = { main: { upstream: 'scripted' } },
  server = {},
  scripts = {},
  baseUrl,
  ...rest
}: ScriptedGatewayOptions = {}): Promise<ScriptedGateway> {
  const scripted = await startScriptedServer(scripts);
  const url = baseUrl ?? scripted.baseUrl;
  const upstreams: Record<string, unknown> = {};
  const aligners: Record<string, unknown> = {};
  const recipes: Record<string, unknown> = {};
  for (const [name, { upstream, aligner = 'scripted', ...options }] of Object.entries(models)) {
    upstreams[upstream] = { type: 'openai', baseUrl: url, model: upstream };
    if (aligner !== null)
      aligners[aligner] = {
        type: 'openai',
        baseUrl: scripted.baseUrl,
        model: aligner,
        contract: 'stream-aligner',
      };
    recipes[name] = { upstream, ...(aligner !== null && { aligner }), ...options };
  }
  const configuration = parseConfiguration({
    text: JSON.stringify({ server: { logLevel: 'silent', ...server }, upstreams, aligners, models: recipes }),
    env: {},
  });
  const gateway = createGateway({ configuration, ...rest });
  onTestFinished(async () => {
    await gateway.close();
    await scripted.close();
  });
  return {
    ...gateway,
    models: scripted,
    chat: (body, init = {}) =>
      gateway.fetch(
        new Request('http://gateway.test/v1/chat/completions', {
          method: 'POST',
          body: typeof body === 'string' ? body : JSON.stringify(body),
          ...init,
        }),
      ),
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
