import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Feedback, Trace } from '@stream-aligner/core';
import { onTestFinished } from 'vitest';
import type { TracePage } from '../traces/store.ts';
import {
  type ScriptedGateway,
  type ScriptedGatewayOptions,
  startScriptedGateway,
} from './scripted-gateway.ts';

/** How often is looked at what another thread does. */
const POLL_MS = 20;

/** A scripted gateway with traces, asked from its own machine. */
export interface TracedGateway extends ScriptedGateway {
  /** Where its traces are. */
  url: string;
  /** Asks `/api/traces` and what is below it. */
  api(
    path?: string,
    init?: RequestInit & { address?: string | undefined; origin?: string },
  ): Promise<Response>;
  /** The traces, latest first, once there are so many. */
  traces(count: number): Promise<Trace[]>;
  review(id: string, round: number, body: unknown): Promise<Response>;
  /** Resolves when so many traces were dropped for this reason; `onTurn` is called each time it looks. */
  dropped(count: number, reason: string, onTurn?: () => void): Promise<void>;
}

/** An address of traces in a folder of its own. */
export async function newTraces(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'stream-aligner-traces-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return `sqlite:${join(folder, 'traces.db')}`;
}

export async function startTracedGateway({
  traces = {},
  ...options
}: ScriptedGatewayOptions = {}): Promise<TracedGateway> {
  const url = typeof traces['url'] === 'string' ? traces['url'] : await newTraces();
  const gateway = await startScriptedGateway({ traces: { url, ...traces }, ...options });
  const keys = (traces['keys'] ?? []) as string[];
  const authorization = keys[0] === undefined ? {} : { authorization: `Bearer ${keys[0]}` };

  const api: TracedGateway['api'] = (path = '', { address, origin = 'http://127.0.0.1', ...init } = {}) =>
    gateway.fetch(new Request(`${origin}/api/traces${path}`, { headers: authorization, ...init }), {
      address,
    });

  return {
    ...gateway,
    url,
    api,
    async traces(count) {
      for (;;) {
        const response = await api('?limit=200');
        if (!response.ok) throw new Error(await response.text());
        const { data } = (await response.json()) as TracePage;
        if (data.length < count) {
          await sleep(POLL_MS);
          continue;
        }
        return Promise.all(data.map(async ({ id }) => (await (await api(`/${id}`)).json()) as Trace));
      }
    },
    async dropped(count, reason, onTurn = () => {}) {
      const line = `traces_dropped_total{reason="${reason}"} ${count}\n`;
      while (!(await (await gateway.fetch(new Request('http://g/metrics'))).text()).includes(line)) {
        onTurn();
        await sleep(POLL_MS);
      }
    },
    review: (id, round, body) =>
      api(`/${id}/feedback/${round}`, {
        method: 'PUT',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...authorization },
      }),
  };
}

/** What a reply says of feedback, or of what is wrong. */
export async function saidOf(
  response: Response,
): Promise<{ status: number; code?: string; feedback?: Feedback }> {
  if (response.status === 204) return { status: 204 };
  const body = (await response.json()) as { error?: { code: string } } & Feedback;
  return body.error
    ? { status: response.status, code: body.error.code }
    : { status: response.status, feedback: body };
}
