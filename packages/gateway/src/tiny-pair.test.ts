import { existsSync } from 'node:fs';
import { tinyModelPath } from '@stream-aligner/local';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createGateway } from './gateway.ts';
import { ask } from './testing/scripted-gateway.ts';

const present = existsSync(await tinyModelPath('upstream')) && existsSync(await tinyModelPath('aligner'));

describe.skipIf(!present)('the embedded pair, without a configuration', () => {
  const question = 'Tom has 12 apples. He buys 5 more. How many apples does Tom have now?';

  it('is served aligned and raw', async () => {
    const log = { info() {}, warn() {}, error() {} };
    const gateway = createGateway({ log });
    onTestFinished(() => gateway.close());
    await gateway.warm();
    const chat = async (body: Record<string, unknown>) => {
      const response = await gateway.fetch(
        new Request('http://g/v1/chat/completions', { method: 'POST', body: JSON.stringify(body) }),
      );
      return (await response.json()) as {
        choices?: { message: { content: string }; finish_reason: string }[];
        usage?: { stream_aligner: Record<string, unknown> };
        error?: { code: string };
      };
    };
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
});
