import { existsSync } from 'node:fs';
import { tinyModelPath } from '@stream-aligner/local';
import { describe, expect, it, onTestFinished } from 'vitest';
import { defaultConfiguration } from './configuration/default.ts';
import { parseConfiguration } from './configuration/parse.ts';
import type { Configuration } from './configuration/schema.ts';
import { createGateway } from './gateway.ts';
import { ask } from './testing/scripted-gateway.ts';

const present = existsSync(await tinyModelPath('upstream')) && existsSync(await tinyModelPath('aligner'));

interface Reply {
  choices?: { message: { content: string }; finish_reason: string }[];
  usage?: { prompt_tokens: number; stream_aligner: Record<string, unknown> };
  error?: { code: string; message: string };
}

/** A gateway of this configuration, as a function that asks it. */
async function start(configuration: Configuration): Promise<(body: unknown) => Promise<Reply>> {
  const gateway = createGateway({ configuration, log: { info() {}, warn() {}, error() {} } });
  onTestFinished(() => gateway.close());
  await gateway.warm();
  return async (body) => {
    const request = { method: 'POST', body: JSON.stringify(body) };
    const response = await gateway.fetch(new Request('http://g/v1/chat/completions', request));
    return (await response.json()) as Reply;
  };
}

describe.skipIf(!present)('the embedded pair, without a configuration', () => {
  const question = 'Tom has 12 apples. He buys 5 more. How many apples does Tom have now?';

  it('is served aligned and raw', async () => {
    const chat = await start(defaultConfiguration());
    const messages = [{ role: 'user', content: question }];
    const aligned = await chat(ask('tiny-aligned', { messages }));
    expect(aligned.choices?.[0]?.message.content).toMatch(/\d/);
    expect(aligned.choices?.[0]?.finish_reason).toBe('stop');
    expect(aligned.usage?.stream_aligner).toMatchObject({ failed: 0, estimated: false });
    const raw = await chat(ask('tiny', { messages }));
    expect(raw.usage?.stream_aligner).toMatchObject({ kept: 0, rewritten: 0 });
    const long = await chat(
      ask('tiny', { messages: [{ role: 'user', content: `${question} `.repeat(500) }] }),
    );
    expect(long.error?.code).toBe('context_length_exceeded');
  });

  it('answers a hundred who ask at the same time, and counts exactly', async () => {
    const chat = await start(defaultConfiguration());
    const replies = await Promise.all(
      Array.from({ length: 100 }, (_, index) => {
        const content = `Tom has ${index + 12} apples. He finds ${index * 3 + 5} more. How many apples does Tom have now?`;
        return chat(ask('tiny-aligned', { messages: [{ role: 'user', content }] }));
      }),
    );
    expect(replies.filter(({ error }) => error)).toEqual([]);
    const usages = replies.flatMap(({ usage }) => (usage ? [usage.stream_aligner] : []));
    expect(usages.some((usage) => usage['rewritten'] !== 0)).toBe(true);
    expect(usages.filter((usage) => usage['estimated'])).toEqual([]);
  });

  it('turns away who finds no place, as configured, and says what to raise', async () => {
    const small = { type: 'tiny', sequences: 1, maxQueue: 0 };
    const models = { main: { upstream: 'small', aligner: 'small' } };
    const text = JSON.stringify({ upstreams: { small }, aligners: { small }, models });
    const chat = await start(parseConfiguration({ text, env: {} }));
    const messages = [{ role: 'user', content: question }];
    const replies = await Promise.all([1, 2, 3].map(() => chat(ask('main', { messages }))));
    expect(replies.filter(({ choices }) => choices)).toHaveLength(1);
    for (const { error } of replies) if (error) expect(error.message).toMatch(/sequences or maxQueue raised/);
  });
});
