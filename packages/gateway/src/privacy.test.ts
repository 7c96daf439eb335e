import { expect, it } from 'vitest';
import { ask, startScriptedGateway } from './testing/scripted-gateway.ts';

it('nothing of what users and models say gets into logs, metrics or errors', async () => {
  const secret = 'xyzzy-private';
  const lines: unknown[] = [];
  const write = (...line: unknown[]) => void lines.push(line);
  const gateway = await startScriptedGateway({
    models: {
      main: { upstream: 'scripted' },
      cut: { upstream: 'cut@3' },
      garbage: { upstream: 'garbage@3' },
      rejected: { upstream: 'rejects-prefix' },
      unparsable: { upstream: 'scripted', aligner: 'chatty' },
    },
    scripts: {
      upstream: () => `The ${secret} is here. It stays.`,
      aligner: ({ draft }) => `${draft} Or ${secret} is not.`,
    },
    log: { info: write, warn: write, error: write },
  });
  const messages = [{ role: 'user', content: `Where is ${secret}?` }];
  const errors: string[] = [];
  for (const model of ['main', 'cut', 'garbage', 'rejected', 'unparsable', secret]) {
    for (const stream of [true, false]) {
      const text = await (await gateway.chat(ask(model, { messages, stream }))).text();
      errors.push(...(text.match(/"error":.*/g) ?? []));
    }
  }
  const metrics = await (await gateway.fetch(new Request('http://g/metrics'))).text();
  expect(lines.length).toBeGreaterThanOrEqual(12);
  expect(errors.length).toBeGreaterThanOrEqual(8);
  expect(JSON.stringify([lines, metrics, errors])).not.toContain(secret);
});
