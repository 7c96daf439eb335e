import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Feedback, Trace, TraceSummary } from '@stream-aligner/core';
import { expect, onTestFinished } from 'vitest';
import { startCommand } from './run-command.ts';

/** How often is looked whether a trace has been written. */
const POLL_MS = 20;

/** What is said of sentences, by their rounds. */
export type Reviews = Record<number, Pick<Feedback, 'verdict' | 'text'>>;

/** `serve --traces` as a command, and a person who asks and reviews. */
export interface TracedServing {
  /** Where its traces are, in a folder of its own. */
  file: string;
  folder: string;
  /** Asks a model, and gives the trace of the answer, which may have failed. */
  ask(model: string, messages: readonly { role: string; content: string }[]): Promise<Trace>;
  review(trace: Trace, reviews: Reviews): Promise<void>;
  /** Stops it as Ctrl-C does. */
  stop(): Promise<void>;
}

/** Starts it. Without a configuration it serves the embedded pair. */
export async function startTracedServing(config?: string): Promise<TracedServing> {
  const folder = await mkdtemp(join(tmpdir(), 'stream-aligner-traces-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'traces.db');
  const configured = config === undefined ? [] : ['--config', config];
  const command = startCommand(['serve', ...configured, '--port', '0', '--traces', file], { cwd: folder });
  const [, url = ''] = await command.until(/ at (http:\S+)[\s\S]*Ctrl-C stops/);
  let asked = 0;

  async function send(path: string, method: 'POST' | 'PUT', body: unknown): Promise<Response> {
    const headers = { 'content-type': 'application/json' };
    return fetch(url + path, { method, body: JSON.stringify(body), headers });
  }

  async function get<Body>(path: string): Promise<Body> {
    return (await (await fetch(url + path)).json()) as Body;
  }

  /** The trace that was written last, once there are so many. */
  async function latest(count: number): Promise<Trace> {
    for (;;) {
      const { data } = await get<{ data: TraceSummary[] }>('/api/traces?limit=200');
      const [first] = data;
      if (first && data.length === count) return get(`/api/traces/${first.id}`);
      await sleep(POLL_MS);
    }
  }

  return {
    file,
    folder,
    async ask(model, messages) {
      await (await send('/v1/chat/completions', 'POST', { model, messages })).text();
      asked += 1;
      return latest(asked);
    },
    async review({ id }, reviews) {
      for (const [round, said] of Object.entries(reviews)) {
        const response = await send(`/api/traces/${id}/feedback/${round}`, 'PUT', said);
        if (!response.ok) throw new Error(await response.text());
      }
    },
    async stop() {
      command.child.kill('SIGINT');
      expect(await command.ended).toBe(0);
    },
  };
}
