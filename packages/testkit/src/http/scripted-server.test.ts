import OpenAI from 'openai';
import { afterEach, expect, it } from 'vitest';
import { createManualClock } from '../clock/manual-clock.ts';
import { parseModel } from './behaviours.ts';
import { scriptAnswers } from './script.ts';
import { type ScriptedServer, type ScriptedServerOptions, startScriptedServer } from './scripted-server.ts';

let server: ScriptedServer;
afterEach(() => server.close());

async function start(options: ScriptedServerOptions = {}) {
  server = await startScriptedServer(options);
  return new OpenAI({ baseURL: server.baseUrl, apiKey: 'none', maxRetries: 0 });
}
const messages = [{ role: 'user' as const, content: 'Why?' }];

it('speaks to the official client, streamed and plain', async () => {
  const client = await start({ upstream: scriptAnswers({ 'Why?': 'Because. So it is.' }) });
  const plain = await client.chat.completions.create({ model: 'scripted', messages });
  expect(plain.choices[0]?.message.content).toBe('Because. So it is.');
  let text = '';
  for await (const chunk of await client.chat.completions.create({
    model: 'crlf+one-byte',
    messages,
    stream: true,
  })) {
    text += chunk.choices[0]?.delta.content ?? '';
  }
  expect(text).toBe('Because. So it is.');
  expect((await client.models.list()).data.map(({ id }) => id)).toContain('stall');
  await expect(client.chat.completions.create({ model: 'error-first@429', messages })).rejects.toMatchObject({
    status: 429,
  });
  await expect(client.chat.completions.create({ model: 'nonsense', messages })).rejects.toMatchObject({
    status: 404,
  });
});

it('records requests, and sees clients leave', async () => {
  const client = await start();
  const stream = await client.chat.completions.create({ model: 'slow', messages, stream: true });
  server.step(3);
  await server.until(({ requests }) => requests[0]?.text === 'The first');
  expect(server.requests).toMatchObject([{ model: 'slow', question: 'Why?', prefix: '', state: 'open' }]);
  stream.controller.abort();
  await server.until(({ openSockets, openRequests }) => openSockets === 0 && openRequests === 0);
  expect(server.requests[0]).toMatchObject({ state: 'aborted', text: 'The first' });
});

it('paces replies by a clock, on absolute times', async () => {
  const clock = createManualClock();
  const client = await start({ pace: { clock, schedule: () => ({ firstMs: 100, everyMs: 10 }) } });
  void client.chat.completions.create({ model: 'scripted', messages, stream: true });
  await server.until(({ requests }) => requests[0]?.model === 'scripted');
  clock.advance(109);
  expect(server.requests[0]?.text).toBe('');
  // The role's event is due at 100, then a word every 10.
  clock.advance(16);
  await server.until(({ requests }) => requests[0]?.text === 'The first');
});

it('goes on after a rewritten prefix behind as many sentences', () => {
  const script = scriptAnswers({ q: 'One. Two. Three.' });
  expect(script({ question: 'q', prefix: 'One.' })).toBe(' Two. Three.');
  expect(script({ question: 'q', prefix: 'Uno. Dos.' })).toBe(' Three.');
  server = { close: async () => {} } as ScriptedServer;
});

it('reads model names', async () => {
  expect([...(parseModel('cut@3+one-byte') ?? [])]).toEqual([
    ['cut', 3],
    ['one-byte', undefined],
  ]);
  expect(parseModel('cut@x')).toBeUndefined();
  expect(parseModel('constructor')).toBeUndefined();
});
