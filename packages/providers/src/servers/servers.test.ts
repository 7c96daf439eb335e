import { align, type GenerationParams, type UpstreamEvent } from '@stream-aligner/core';
import {
  type ContractServer,
  contracts,
  DEFAULT_ANSWER,
  scriptedPrompt,
  startContractServer,
} from '@stream-aligner/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUpstream, type UpstreamOptions } from './create-upstream.ts';
import { type ServerType, servers, serverTypes } from './servers.ts';

const messages = [
  { role: 'system' as const, content: 'Be brief.' },
  { role: 'user' as const, content: 'What is it?' },
];
const FIRST = 'The first sentence stands.';
const REST = DEFAULT_ANSWER.slice(FIRST.length);
const running = new Map<ServerType, ContractServer>();

beforeAll(async () => {
  await Promise.all(serverTypes.map(async (type) => running.set(type, await startContractServer({ type }))));
});
afterAll(() => Promise.all([...running.values()].map((server) => server.close())));

function serverOf(type: ServerType): ContractServer {
  const server = running.get(type);
  if (!server) throw new Error('not running');
  return server;
}

interface Ask extends Partial<UpstreamOptions> {
  prefix?: string;
  prefixes?: string[];
  params?: GenerationParams;
}

function upstreamOf(type: ServerType, options: Partial<UpstreamOptions> = {}) {
  const { baseUrl } = serverOf(type);
  return createUpstream({ baseUrl, model: 'plain', apiKey: 'top-key', ...options, type });
}

/** One answer: a continuation from each of `prefixes`, one after the other, the last one's events. */
async function ask(
  type: ServerType,
  { prefix = '', prefixes = [prefix], params = {}, ...options }: Ask = {},
) {
  const { signal } = new AbortController();
  const session = await upstreamOf(type, options).open({ messages, params, signal });
  let events: UpstreamEvent[] = [];
  try {
    for (const from of prefixes) {
      events = [];
      for await (const event of session.continueFrom(from, signal, { maxTokens: 40 })) events.push(event);
    }
  } finally {
    await session.close();
  }
  const said = (wanted: 'text-delta' | 'reasoning-delta') =>
    events.map((event) => (event.type === wanted ? event.text : '')).join('');
  return { events, text: said('text-delta'), reasoning: said('reasoning-delta'), last: events.at(-1) };
}

const lastRequest = (type: ServerType) => {
  const request = serverOf(type).requests.at(-1);
  if (!request) throw new Error('none');
  return request;
};
const lastMessage = (type: ServerType) => (lastRequest(type).body['messages'] as unknown[]).at(-1);

it('plays every kind of server', () => {
  expect(Object.keys(contracts).toSorted()).toEqual([...serverTypes].toSorted());
});

describe.each(serverTypes)('%s', (type) => {
  it('answers, and goes on from a prefix without loss or doubling', async () => {
    const first = await ask(type);
    expect(first.text).toBe(DEFAULT_ANSWER);
    expect(first.last).toEqual({ type: 'finish', reason: 'stop' });
    expect(first.events.find((event) => event.type === 'usage')).toBeDefined();
    expect((await ask(type, { prefix: FIRST })).text).toBe(REST);
    expect(lastRequest(type)).toMatchObject({ prefix: FIRST, state: 'finished' });
  });

  it('goes on from every prefix of a whole aligned answer', async () => {
    const rewrites: Record<string, string> = {
      'The second one says 3.14 in passing.': 'The second one says that π is about 3.14. It adds this.',
      'It ends here.': 'It ends well.',
    };
    const aligner = {
      model: 'scripted',
      open: async () => ({
        correct: async ({ draft }: { draft: string }) => ({
          text: rewrites[draft] ?? draft,
          by: 'decoding' as const,
        }),
        close: async () => {},
      }),
    };
    for (const lookahead of [0, 2]) {
      const upstream = upstreamOf(type);
      const { text, counts } = await align({ upstream, aligner, messages, lookahead });
      expect(text).toBe(
        'The first sentence stands. The second one says that π is about 3.14. It adds this. It ends well.',
      );
      expect(counts).toMatchObject({ rewritten: 2, failed: 0 });
    }
    await serverOf(type).until(({ openRequests }) => openRequests === 0);
  });

  it('keeps what was there before the answer, and sends its key where the server looks', async () => {
    await ask(type, { prefix: FIRST });
    const { headers, body } = lastRequest(type);
    const keyHeader = servers[type].habits?.keyHeader ?? 'authorization';
    expect(headers[keyHeader]).toBe(keyHeader === 'authorization' ? 'Bearer top-key' : 'top-key');
    expect(JSON.stringify(body)).toContain('Be brief.');
    expect(JSON.stringify(body)).toContain('What is it?');
    expect(JSON.stringify({ headers, body })).not.toMatch(/x-conversation-id/i);
  });

  it.each(['error-frame', 'abort', 'cut'])('fails when the server does: %s', async (model) => {
    const error = await ask(type, { model }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: model === 'cut' ? 'upstream-truncated' : 'upstream-failed' });
    expect(String(error)).not.toMatch(/secret|top-key|What is it|first sentence/);
  });

  it('says when it is too busy', async () => {
    await expect(ask(type, { model: 'busy' })).rejects.toMatchObject({
      code: 'overloaded',
      details: { retryAfterSeconds: 2 },
    });
  });

  it('calls tools', async () => {
    const tools = [{ type: 'function', function: { name: 'look_up', parameters: { type: 'object' } } }];
    const { events, last } = await ask(type, { model: 'tool-call', params: { extra: { tools } } });
    const calls = events.flatMap((event) => (event.type === 'tool-call-delta' ? [event.delta] : []));
    expect(calls[0]).toMatchObject({ index: 0, id: 'call_1', function: { name: 'look_up' } });
    expect(calls.map((call) => call.function?.arguments ?? '').join('')).toBe('{"what":"it"}');
    expect(last).toEqual({ type: 'finish', reason: 'tool_calls' });
  });

  it('refuses a conversation that ends in open tool calls', async () => {
    const called = { role: 'assistant' as const, content: null, tool_calls: [] };
    const open = upstreamOf(type).open({
      messages: [...messages, called],
      params: {},
      signal: new AbortController().signal,
    });
    await expect(open).rejects.toMatchObject({ code: 'invalid-request' });
  });

  it('may be continued by emulation or not at all', async () => {
    for (const model of ['plain', 'restates']) {
      expect((await ask(type, { model, continuation: 'emulated', prefix: FIRST })).text).toBe(REST);
    }
    const none = ask(type, { continuation: 'none', prefix: FIRST });
    await expect(none).rejects.toMatchObject({ code: 'configuration' });
    expect(upstreamOf(type, { continuation: 'none' }).continuation).toBe('none');
    expect(upstreamOf(type, { continuation: 'emulated' }).continuation).toBe('emulated');
  });

  it('says which continuations it has when asked for another', () => {
    for (const name of ['flags', 'flag', 'trailing', 'prefix', 'token-ids'] as const) {
      if (servers[type].continuations.includes(name)) continue;
      expect(() => upstreamOf(type, { continuation: name })).toThrow(
        expect.objectContaining({ code: 'configuration', message: expect.stringContaining('emulated') }),
      );
    }
    expect(() => upstreamOf(type, { continuation: 'completions' })).toThrow(
      expect.objectContaining({ code: 'configuration' }),
    );
  });
});

const withCompletions = serverTypes.filter((type) => servers[type].continuations.includes('completions'));
it.each(withCompletions)('%s goes on from a raw prompt', async (type) => {
  const promptTemplate = scriptedPrompt;
  const asked = { continuation: 'completions' as const, promptTemplate, prefix: FIRST };
  expect((await ask(type, asked)).text).toBe(REST);
  expect(lastRequest(type).path).toMatch(/\/completions$/);
  expect(lastRequest(type).path).not.toMatch(/chat/);
  const params = { extra: { tools: [{ type: 'function', function: { name: 'f' } }] } };
  await expect(ask(type, { ...asked, params })).rejects.toMatchObject({ code: 'upstream-rejected' });
});

describe('reasoning', () => {
  it.each([
    ['vllm', 'reasoning'],
    ['llama-cpp', 'reasoning_content'],
    ['lm-studio', 'reasoning_content'],
    ['deepseek', 'reasoning_content'],
    ['openrouter', 'reasoning'],
    ['together', 'reasoning'],
    ['openai-compatible', 'reasoning_content'],
    ['litellm', 'reasoning_content'],
  ] as const)('comes back to %s as `%s`', async (type, field) => {
    expect((await ask(type, { model: 'reasoning' })).reasoning).toBe('Let me think.');
    expect((await ask(type, { model: 'reasoning', prefixes: ['', FIRST] })).text).toBe(REST);
    expect(lastMessage(type)).toMatchObject({ content: FIRST, [field]: 'Let me think.' });
  });

  it.each(['sglang', 'ollama'] as const)(
    'is turned off for %s, where a prefix would be lost in it',
    async (type) => {
      const { text, reasoning } = await ask(type, { model: 'reasoning', prefixes: ['', FIRST] });
      expect({ text, reasoning }).toEqual({ text: REST, reasoning: '' });
    },
  );

  it('swallows the continuation where SGLang is left to think', async () => {
    const body = { chat_template_kwargs: { enable_thinking: true } };
    expect(await ask('sglang', { model: 'reasoning', prefix: FIRST, body })).toMatchObject({
      text: '',
      reasoning: REST,
    });
  });

  it('is read from the lists that Mistral writes, and is not sent back', async () => {
    expect(await ask('mistral', { model: 'reasoning' })).toMatchObject({
      text: DEFAULT_ANSWER,
      reasoning: 'Let me think.',
    });
    expect((await ask('mistral', { model: 'reasoning', prefixes: ['', FIRST] })).text).toBe(REST);
  });
});

describe('what only one kind of server does', () => {
  it('llama.cpp, Ollama and LiteLLM may repeat the prefix', async () => {
    expect((await ask('llama-cpp', { continuation: 'trailing', prefix: FIRST })).text).toBe(REST);
    expect((await ask('ollama', { model: 'native', prefix: FIRST })).text).toBe(REST);
    expect((await ask('litellm', { model: 'old', prefix: FIRST })).text).toBe(REST);
  });

  it('DeepSeek goes on only without tools, unless emulated', async () => {
    const params = { extra: { tools: [{ type: 'function', function: { name: 'f' } }] } };
    expect((await ask('deepseek', { params })).text).toBe(DEFAULT_ANSWER);
    await expect(ask('deepseek', { params, prefix: FIRST })).rejects.toMatchObject({
      code: 'upstream-rejected',
      message: expect.stringContaining('emulated'),
    });
    expect((await ask('deepseek', { params, prefix: FIRST, continuation: 'emulated' })).text).toBe(REST);
  });

  it('DeepSeek goes on only at /beta', async () => {
    expect(servers.deepseek.baseUrl).toMatch(/\/beta$/);
    const baseUrl = serverOf('deepseek').baseUrl.replace('/beta', '');
    await expect(ask('deepseek', { baseUrl, prefix: FIRST })).rejects.toMatchObject({
      code: 'upstream-rejected',
    });
  });

  it('Anthropic’s later models refuse a prefix, and the error says what to do', async () => {
    const error = ask('anthropic', { model: 'no-prefill', prefix: FIRST });
    await expect(error).rejects.toMatchObject({
      code: 'upstream-rejected',
      message: expect.stringMatching(/`continuation: emulated`.*`mode: shadow`/),
    });
    const emulated = { model: 'no-prefill', prefix: FIRST, continuation: 'emulated' as const };
    expect((await ask('anthropic', emulated)).text).toBe(REST);
  });

  it('OpenAI and Azure take `max_completion_tokens`; OpenAI is asked for no padding', async () => {
    await ask('openai');
    expect(lastRequest('openai').body).toMatchObject({
      max_completion_tokens: 40,
      stream_options: { include_usage: true, include_obfuscation: false },
    });
  });

  it('Mistral names the seed otherwise', async () => {
    await ask('mistral', { params: { seed: 7 } });
    expect(lastRequest('mistral').body).toMatchObject({ random_seed: 7, max_tokens: 40 });
  });

  it('a generic server and Azure have no usual address', () => {
    for (const type of ['openai-compatible', 'azure-openai'] as const) {
      expect(() => createUpstream({ type, model: 'm' })).toThrow(
        expect.objectContaining({ code: 'configuration' }),
      );
    }
    expect(createUpstream({ type: 'vllm', model: 'm' }).model).toBe('m');
  });

  it('the prompt of an emulation may be in any language, and takes `$` as it comes', async () => {
    const continuationPrompt = 'Weiter, ohne Wiederholung, nach\n---\n{prefix}\n---';
    await ask('openai', { continuationPrompt, prefix: 'It costs $& and $1.' });
    expect(lastMessage('openai')).toEqual({
      role: 'user',
      content: 'Weiter, ohne Wiederholung, nach\n---\nIt costs $& and $1.\n---',
    });
    expect(() => upstreamOf('openai', { continuationPrompt: 'Go on.' })).toThrow(
      expect.objectContaining({ code: 'configuration' }),
    );
  });
});
