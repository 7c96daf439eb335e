import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { systemClock } from '@stream-aligner/core';
import { createDice, type ScriptedServer, startScriptedServer } from '@stream-aligner/testkit';
import { parseConfiguration } from '../configuration/parse.ts';
import { createGateway, type Gateway } from '../gateway.ts';
import { type ServedGateway, serveNode } from '../serve-node.ts';
import type { TracePage } from '../traces/store.ts';

const HELP = `What tracing costs an answer, in time to its first sentence and in all.

  npm run trace-cost -- [--url sqlite:FILE | postgres://…] [--pairs 30] [--answers 64] [--streams 8] [--pause 0]

Two gateways in front of the same scripted models (a token every 2 ms, a verdict after 5), one with traces. A pair is a
block of answers from each, in turn first, with a pause behind each. Of each block the median counts, of
the pairs the difference: its median with a 95 % interval (bootstrap, seeded).

  --url       where traces go (default: an SQLite file in a temporary folder)
  --pairs     how many pairs of blocks
  --answers   answers of a block
  --streams   answers at once
  --pause     milliseconds between an answer and the next of the same client: with 0 a trace is written while the next
              answer begins, with 30 it mostly is before
`;

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    pairs: { type: 'string', default: '30' },
    answers: { type: 'string', default: '64' },
    streams: { type: 'string', default: '8' },
    pause: { type: 'string', default: '0' },
    help: { type: 'boolean', default: false },
  },
});

/** One answer's times in milliseconds from its request. */
interface Times {
  firstSentence: number;
  total: number;
}

const RESAMPLES = 10_000;
/** Writing a block's traces must not fall into the next block. */
const AFTER_BLOCK_MS = 250;
const question = { model: 'main', stream: true, messages: [{ role: 'user', content: 'What is it?' }] };

if (values.help) process.stdout.write(HELP);
else await measure();

async function measure(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'stream-aligner-trace-cost-'));
  const models = await startScriptedServer({
    pace: {
      clock: systemClock,
      schedule: ({ path }) =>
        path.startsWith('/v1/completions') ? { firstMs: 5, everyMs: 0 } : { firstMs: 10, everyMs: 2 },
    },
  });
  const url = values.url ?? `sqlite:${join(folder, 'traces.db')}`;
  const off = await serve(models);
  const on = await serve(models, { url });
  try {
    const pairs: { off: Times; on: Times }[] = [];
    // The first pair warms both up.
    for (let pair = -1; pair < Number(values.pairs); pair += 1) {
      const measured = {} as { off: Times; on: Times };
      for (const side of pair % 2 === 0 ? (['off', 'on'] as const) : (['on', 'off'] as const))
        measured[side] = await block(side === 'on' ? on : off);
      if (pair >= 0) pairs.push(measured);
    }
    report(pairs);
    await checkWritten(on, (Number(values.pairs) + 1) * Number(values.answers));
  } finally {
    for (const { served, gateway } of [off, on]) {
      await served.close();
      await gateway.close();
    }
    await models.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function serve(
  { baseUrl }: ScriptedServer,
  traces?: { url: string },
): Promise<{ gateway: Gateway; served: ServedGateway }> {
  const model = { type: 'openai-compatible', baseUrl, model: 'scripted' };
  const configuration = parseConfiguration({
    text: JSON.stringify({
      server: { logLevel: 'silent' },
      upstreams: { large: model },
      aligners: { small: { ...model, contract: 'stream-aligner' } },
      models: { main: { upstream: 'large', aligner: 'small' } },
      traces,
    }),
    env: {},
  });
  const gateway = createGateway({ configuration });
  await gateway.warm();
  return { gateway, served: await serveNode(gateway, { host: '127.0.0.1', port: 0 }) };
}

/** The medians of answers asked for by so many clients at once, and time for what is done behind them. */
async function block({ served }: { served: ServedGateway }): Promise<Times> {
  const times: Times[] = [];
  let left = Number(values.answers);
  const client = async () => {
    while (left > 0) {
      left -= 1;
      times.push(await answer(served.url));
      await sleep(Number(values.pause));
    }
  };
  await Promise.all(Array.from({ length: Number(values.streams) }, client));
  await sleep(AFTER_BLOCK_MS);
  return {
    firstSentence: medianOf(times.map(({ firstSentence }) => firstSentence)),
    total: medianOf(times.map(({ total }) => total)),
  };
}

async function answer(url: string): Promise<Times> {
  const began = performance.now();
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(question),
  });
  let firstSentence: number | null = null;
  let text = '';
  for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += part;
    if (firstSentence === null && /"content":"[^"]/.test(text)) firstSentence = performance.now() - began;
  }
  if (firstSentence === null || !text.includes('[DONE]')) throw new Error(`No answer: ${text.slice(0, 500)}`);
  return { firstSentence, total: performance.now() - began };
}

/** A trace that was not written would have cost nothing. */
async function checkWritten({ gateway }: { gateway: Gateway }, expected: number): Promise<void> {
  let written = 0;
  let next: string | null = '';
  while (next !== null) {
    const response = await gateway.fetch(new Request(`http://127.0.0.1/api/traces?limit=200&before=${next}`));
    const page = (await response.json()) as TracePage;
    written += page.data.length;
    ({ next } = page);
  }
  if (written < expected) throw new Error(`Only ${written} of ${expected} traces were written.`);
}

function report(pairs: readonly { off: Times; on: Times }[]): void {
  const row = (cells: readonly string[]) =>
    `${cells.map((cell, index) => (index === 0 ? cell.padEnd(16) : cell.padStart(9))).join('')}\n`;
  process.stdout.write(row(['milliseconds', 'off', 'on', 'added', '', '95 %']));
  for (const name of ['firstSentence', 'total'] as const) {
    const added = pairs.map(({ off, on }) => on[name] - off[name]);
    const [low, high] = intervalOf(added);
    const cells = [
      medianOf(pairs.map(({ off }) => off[name])),
      medianOf(pairs.map(({ on }) => on[name])),
      medianOf(added),
      low,
      high,
    ];
    process.stdout.write(
      row([name === 'total' ? 'in all' : 'first sentence', ...cells.map((ms) => ms.toFixed(2))]),
    );
  }
}

/** A 95 % interval of the median. */
function intervalOf(differences: readonly number[]): [low: number, high: number] {
  const { roll } = createDice(1);
  const medians = Array.from({ length: RESAMPLES }, () =>
    medianOf(differences.map(() => differences[roll(differences.length)] ?? 0)),
  ).toSorted((one, other) => one - other);
  return [medians[Math.floor(RESAMPLES * 0.025)] ?? 0, medians[Math.floor(RESAMPLES * 0.975)] ?? 0];
}

function medianOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  return ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
}
