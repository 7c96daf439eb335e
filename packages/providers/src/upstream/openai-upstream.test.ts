import { getEventListeners } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { GenerationParams, UpstreamEvent } from '@stream-aligner/core';
import {
  createManualClock,
  DEFAULT_ANSWER,
  type ScriptedServer,
  scriptedPrompt,
  startScriptedServer,
  watchPauses,
} from '@stream-aligner/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorEnvelope } from '../wire/error-envelope.ts';
import { continueByCompletions } from './continuation.ts';
import { createOpenAIUpstream, type OpenAIUpstreamOptions } from './openai-upstream.ts';

const messages = [{ role: 'user' as const, content: 'What is it?' }];
const FIRST = 'The first sentence stands.';
let server: ScriptedServer;
const servers: ScriptedServer[] = [];

beforeAll(async () => {
  server = await startScriptedServer();
  servers.push(server);
});
afterAll(() => Promise.all(servers.map((each) => each.close())));

interface Ask extends Partial<OpenAIUpstreamOptions> {
  prefix?: string;
  params?: GenerationParams;
  signal?: AbortSignal;
  maxTokens?: number;
}

async function* ask(model: string, { prefix = '', params = {}, signal, maxTokens, ...options }: Ask = {}) {
  const aborting = signal ?? new AbortController().signal;
  const upstream = createOpenAIUpstream({ baseUrl: server.baseUrl, model, ...options });
  const session = await upstream.open({ messages, params, signal: aborting });
  try {
    yield* session.continueFrom(prefix, aborting, maxTokens === undefined ? {} : { maxTokens });
  } finally {
    await session.close();
  }
}

async function collect(events: AsyncIterable<UpstreamEvent>) {
  const all: UpstreamEvent[] = [];
  for await (const event of events) all.push(event);
  const text = all.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
  return { all, text, last: all.at(-1) };
}

const finish = { type: 'finish', reason: 'stop' };
const lastRequest = () => server.requests.at(-1);

describe('an answer', () => {
  it.each(['scripted', 'one-byte', 'crlf', 'no-done', 'lingers', 'crlf+one-byte'])(
    'comes whole from a server that is %s',
    async (model) => {
      const { text, last, all } = await collect(ask(model));
      expect(text).toBe(DEFAULT_ANSWER);
      expect(last).toEqual(finish);
      expect(all.find(({ type }) => type === 'usage')).toEqual({
        type: 'usage',
        usage: { promptTokens: 5, completionTokens: 17 },
      });
    },
  );

  it('comes whole in any script, cut inside of characters', async () => {
    const answer = '日本語です。😀 Ça va? Καλά.';
    const other = await withAnswer(answer);
    const upstream = createOpenAIUpstream({ baseUrl: other.baseUrl, model: 'one-byte+crlf' });
    const { signal } = new AbortController();
    const session = await upstream.open({ messages, params: {}, signal });
    expect((await collect(session.continueFrom('', signal))).text).toBe(answer);
  });

  it('ends as the server says', async () => {
    expect((await collect(ask('length@3'))).last).toEqual({ type: 'finish', reason: 'length' });
    expect((await collect(ask('filtered@3'))).last).toEqual({ type: 'finish', reason: 'content_filter' });
    expect(await collect(ask('empty'))).toMatchObject({ text: '', last: finish });
  });

  it('may be a tool call', async () => {
    const { all, text } = await collect(ask('tool-call@2'));
    const calls = all.flatMap((event) => (event.type === 'tool-call-delta' ? [event.delta] : []));
    expect(text).toBe('The first');
    expect(calls[0]).toEqual({
      index: 0,
      id: 'call_1',
      type: 'function',
      function: { name: 'look_up', arguments: '' },
    });
    expect(calls.map((call) => call.function?.arguments).join('')).toBe('{"what":"it"}');
    expect(all.at(-1)).toEqual({ type: 'finish', reason: 'tool_calls' });
  });

  it('is asked for with its parameters, but never with what only the loop may decide', async () => {
    const extra = {
      user: 'ann',
      top_k: 3,
      stop: ['x'],
      n: 4,
      stream: false,
      messages: [],
      echo: true,
      continue_final_message: true,
    };
    const params = { temperature: 0, topP: 0.5, seed: 1, maxTokens: 90, stop: ['END'], extra };
    await collect(
      ask('scripted', {
        params,
        maxTokens: 40,
        body: { top_k: 5, chat_template_kwargs: { enable_thinking: false } },
        apiKey: 'k',
        headers: { 'x-team': 'a' },
      }),
    );
    expect(lastRequest()?.body).toEqual({
      model: 'scripted',
      messages,
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 40,
      temperature: 0,
      top_p: 0.5,
      seed: 1,
      user: 'ann',
      top_k: 5,
      chat_template_kwargs: { enable_thinking: false },
    });
    expect(lastRequest()?.headers).toMatchObject({ authorization: 'Bearer k', 'x-team': 'a' });
  });
});

describe('a continuation', () => {
  const rest = DEFAULT_ANSWER.slice(FIRST.length);
  const strategies = [
    ['flags', 'flags' as const],
    ['trailing', 'trailing' as const],
    ['completions', continueByCompletions(scriptedPrompt)],
  ] as const;

  it.each(strategies)('goes on from the prefix by %s', async (_name, continuation) => {
    expect((await collect(ask('scripted', { continuation }))).text).toBe(DEFAULT_ANSWER);
    expect((await collect(ask('scripted', { continuation, prefix: FIRST }))).text).toBe(rest);
    expect(lastRequest()?.prefix).toBe(FIRST);
  });

  it.each(strategies)(
    'is not doubled by a server that repeats the prefix, by %s',
    async (_name, continuation) => {
      for (const model of ['doubled-prefix', 'doubled-prefix+one-byte']) {
        expect((await collect(ask(model, { continuation, prefix: FIRST }))).text).toBe(rest);
      }
      expect((await collect(ask('doubled-prefix', { continuation, prefix: DEFAULT_ANSWER }))).text).toBe('');
    },
  );

  it('can be trusted not to be doubled', async () => {
    expect((await collect(ask('doubled-prefix', { echo: 'never', prefix: FIRST }))).text).toBe(FIRST + rest);
  });

  it('sends both flags with a prefix and neither without', async () => {
    await collect(ask('scripted', { prefix: FIRST }));
    expect(lastRequest()?.body).toMatchObject({
      continue_final_message: true,
      add_generation_prompt: false,
      messages: [...messages, { role: 'assistant', content: FIRST }],
    });
    await collect(ask('scripted'));
    expect(lastRequest()?.body).not.toHaveProperty('add_generation_prompt');
  });

  it('never sends a prefix that ends in whitespace, and does not double that whitespace', async () => {
    expect((await collect(ask('scripted', { prefix: `${FIRST} ` }))).text).toBe(rest.trimStart());
    expect(lastRequest()?.prefix).toBe(FIRST);
  });

  it('gets its junction back from a server that loses it', async () => {
    expect((await collect(ask('trims-output', { prefix: FIRST, junction: 'trimmed' }))).text).toBe(rest);
  });

  it('brings the reasoning of the first answer along', async () => {
    const { signal } = new AbortController();
    const upstream = createOpenAIUpstream({ baseUrl: server.baseUrl, model: 'reasoning' });
    const session = await upstream.open({ messages, params: {}, signal });
    const first = await collect(session.continueFrom('', signal));
    expect(first.text).toBe(DEFAULT_ANSWER);
    expect(first.all.filter(({ type }) => type === 'reasoning-delta')).toHaveLength(5);
    const second = await collect(session.continueFrom(FIRST, signal));
    expect(second.text).toBe(rest);
    expect(second.all.some(({ type }) => type === 'reasoning-delta')).toBe(false);
    expect(lastRequest()?.body).toMatchObject({
      messages: [
        ...messages,
        { role: 'assistant', content: FIRST, reasoning_content: 'Let me think. Done thinking.' },
      ],
    });
    await session.close();
  });
});

describe('a failure', () => {
  const codeOf = async (events: AsyncIterable<UpstreamEvent>) =>
    collect(events).catch((error: unknown) => error);

  it.each([
    ['cut', 'upstream-truncated'],
    ['no-finish', 'upstream-truncated'],
    ['reset', 'upstream-failed'],
    ['garbage', 'upstream-failed'],
    ['error-mid', 'upstream-failed'],
    ['error-chunk', 'upstream-failed'],
    ['plain-only', 'upstream-failed'],
    ['error-first', 'upstream-failed'],
    ['error-first@503', 'upstream-failed'],
    ['error-first@401', 'upstream-rejected'],
    ['error-first@307', 'upstream-rejected'],
    ['error-first@429', 'overloaded'],
    ['no-such-model', 'upstream-rejected'],
    ['overflow', 'context-overflow'],
    ['rejects-prefix', 'upstream-rejected'],
  ])('%s is %s', async (model, code) => {
    const error = await codeOf(ask(model, { prefix: FIRST, apiKey: 'top-key' }));
    expect(error).toMatchObject({ name: 'StreamAlignerError', code });
    expect(String(error)).not.toMatch(/top-key|first sentence|What is it/);
    await server.until(({ openRequests }) => openRequests === 0);
  });

  it('has facts to act on', async () => {
    expect(await codeOf(ask('error-first@429'))).toMatchObject({
      details: { status: 429, retryAfterSeconds: 2, reportedType: 'invalid_request_error' },
    });
    expect(await codeOf(ask('error-first@401'))).toMatchObject({
      message: expect.stringContaining('API key'),
    });
  });

  it('of a server that is not there', async () => {
    const gone = await startScriptedServer();
    await gone.close();
    expect(await codeOf(ask('scripted', { baseUrl: gone.baseUrl }))).toMatchObject({
      code: 'upstream-failed',
    });
  });

  it.each(['no address', 'ftp://x/v1', 'http://key@x/v1', 'http://x/v1?key=1'])(
    'of a configuration: %s',
    (baseUrl) => {
      expect(() => createOpenAIUpstream({ baseUrl, model: 'm' })).toThrow(
        expect.objectContaining({ code: 'configuration' }),
      );
    },
  );

  it.each([
    ['silent', 'first-byte', 120_000],
    ['stall@3', 'between-bytes', 60_000],
  ])('of a server that is %s is a deadline', async (model, phase, ms) => {
    const clock = createManualClock();
    const events = ask(model, { clock });
    for (let text = ''; model !== 'silent' && text !== 'The first sentence';) {
      const { value } = await events.next();
      if (value?.type === 'text-delta') text += value.text;
    }
    const failed = events.next().catch((error: unknown) => error);
    await server.until(({ openRequests }) => openRequests === 1);
    // The read arms the timer once the event before it has come all the way through.
    await setImmediate();
    clock.advance(ms - 1);
    expect(lastRequest()?.state).toBe('open');
    clock.advance(1);
    expect(await failed).toMatchObject({ code: 'deadline', details: { phase, ms } });
    await server.until(({ openRequests }) => openRequests === 0);
    expect(lastRequest()?.state).toBe('aborted');
    expect(clock.pending).toBe(0);
  });

  it('is not a reader who takes its time', async () => {
    const clock = createManualClock();
    const events = ask('slow', { clock });
    server.step(3);
    let text = '';
    for (const enough = 'The first'; text !== enough;) {
      const { value } = await events.next();
      if (value?.type === 'text-delta') text += value.text;
    }
    clock.advance(600_000);
    expect(clock.pending).toBe(0);
    server.step(100);
    expect(text + (await collect(events)).text).toBe(DEFAULT_ANSWER);
    expect(clock.pending).toBe(0);
  });

  it.each([
    [503, '7', 'overloaded', { status: 503, retryAfterSeconds: 7 }],
    [503, 'soon', 'upstream-failed', { status: 503 }],
    [500, '7', 'upstream-failed', { status: 500, retryAfterSeconds: 7 }],
  ])('of a server that says %i, to be asked again after %s', async (status, after, code, details) => {
    const busy = createServer((_request, response) => {
      response.writeHead(status, { 'retry-after': after }).end();
    });
    await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
    const { port } = busy.address() as AddressInfo;
    const error = await codeOf(ask('scripted', { baseUrl: `http://127.0.0.1:${port}/v1` }));
    expect(error).toMatchObject({ code, details });
    if (after === 'soon') expect(error).not.toHaveProperty('details.retryAfterSeconds');
    expect(errorEnvelope(error).status).toBe(code === 'overloaded' ? 503 : 502);
    await new Promise((resolve) => busy.close(resolve));
  });
});

describe('deltas that not every server sends', () => {
  const stream = (...deltas: object[]): Partial<OpenAIUpstreamOptions> => ({
    fetch: async () => {
      const chunks = [
        ...deltas.map((delta) => ({ choices: [{ delta }] })),
        { choices: [{ delta: {}, finish_reason: 'stop' }] },
      ];
      return new Response(chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join(''), {
        headers: { 'content-type': 'text/event-stream' },
      });
    },
  });

  it('a refusal is text', async () => {
    const refusing = stream({ refusal: 'I cannot' }, { content: null, refusal: ' say.' }, { refusal: null });
    expect((await collect(ask('m', refusing))).text).toBe('I cannot say.');
  });

  it('a legacy function call is refused by its name', async () => {
    const calling = stream({ content: 'So.' }, { function_call: { name: 'look_up', arguments: '' } });
    await expect(collect(ask('m', calling))).rejects.toMatchObject({
      code: 'upstream-rejected',
      message: expect.stringMatching(/`function_call`(?!.*look_up)/),
    });
    expect((await collect(ask('m', stream({ content: 'So.', function_call: null })))).text).toBe('So.');
  });
});

describe('leaving', () => {
  /** Opens an answer of a server that goes no further than `model` says, and reads to its first text. */
  async function begin(model: string, { baseUrl }: ScriptedServer = server) {
    const controller = new AbortController();
    const upstream = createOpenAIUpstream({ baseUrl, model });
    const session = await upstream.open({ messages, params: {}, signal: controller.signal });
    const events = session.continueFrom('', controller.signal)[Symbol.asyncIterator]();
    return { controller, session, events };
  }
  const closedWithin50Ms = async () => {
    const pauses = watchPauses();
    const start = performance.now();
    await server.until(({ openRequests }) => openRequests === 0);
    expect(performance.now() - start - pauses.stop()).toBeLessThan(50);
    expect(lastRequest()?.state).toBe('aborted');
  };

  it('by the signal closes the connection at once, also while nobody reads', async () => {
    const { controller, events } = await begin('stall@3');
    await events.next();
    controller.abort(new Error('gone'));
    await closedWithin50Ms();
    await expect(events.next()).rejects.toThrow('gone');
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  it('by the signal ends a read that waits', async () => {
    const { controller, events } = await begin('silent');
    const next = events.next();
    await server.until(({ openRequests }) => openRequests === 1);
    controller.abort(new Error('gone'));
    await expect(next).rejects.toThrow('gone');
    await closedWithin50Ms();
  });

  it('by leaving the iterator', async () => {
    const { controller, events } = await begin('stall@3');
    await events.next();
    await events.return?.();
    await closedWithin50Ms();
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  it('by closing the session, twice', async () => {
    const { session, controller, events } = await begin('stall@3');
    await events.next();
    await session.close();
    await session.close();
    await closedWithin50Ms();
    await expect(events.next()).rejects.toMatchObject({ code: 'closed' });
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    await expect(
      session.continueFrom('', controller.signal)[Symbol.asyncIterator]().next(),
    ).rejects.toMatchObject({ code: 'closed' });
  });

  it('leaves nothing behind, whenever and however it happens', async () => {
    const other = await startScriptedServer();
    servers.push(other);
    const ways = ['signal', 'return', 'close'] as const;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...ways), fc.nat(8), fc.boolean(), async (way, reads, waiting) => {
        const { controller, session, events } = await begin('stall@8', other);
        // After its eighth text a read waits for what never comes.
        const received = Array.from({ length: reads + (waiting ? 1 : 0) }, () =>
          events.next().catch(() => {}),
        );
        if (reads + Number(waiting) > 0) await other.until(({ openRequests }) => openRequests === 1);
        await Promise.all(received.slice(0, reads));
        const pauses = watchPauses();
        const start = performance.now();
        if (way === 'signal') controller.abort(new Error('gone'));
        else if (way === 'close') await session.close();
        else void events.return?.();
        // A generator that waits for bytes hears of `return` only when they come: the loop aborts its signal as well.
        if (way === 'return' && waiting) controller.abort(new Error('gone'));
        await other.until(({ openRequests }) => openRequests === 0);
        expect(performance.now() - start - pauses.stop()).toBeLessThan(50);
        await session.close();
        await events.return?.();
        expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
      }),
      { numRuns: 60 },
    );
    await other.until(({ openSockets }) => openSockets === 0);
  });

  it('before it began asks for nothing', async () => {
    const before = server.requests.length;
    const signal = AbortSignal.abort(new Error('gone'));
    await expect(collect(ask('scripted', { signal }))).rejects.toThrow('gone');
    expect(server.requests).toHaveLength(before);
  });

  it('leaves no listener and gives the connection back after whole answers', async () => {
    const other = await withAnswer('One. Two.');
    const { signal } = new AbortController();
    const upstream = createOpenAIUpstream({ baseUrl: other.baseUrl, model: 'scripted' });
    const session = await upstream.open({ messages, params: {}, signal });
    for (let count = 0; count < 20; count += 1) {
      // As the loop reads: the iterator is left at its finish.
      for await (const event of session.continueFrom('', signal)) if (event.type === 'finish') break;
    }
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    // One in use, and one that was not yet free when the next request began.
    expect(other.openSockets).toBeLessThanOrEqual(2);
    expect(other.requests.map(({ state }) => state)).toEqual(Array(20).fill('finished'));
    await session.close();
  });
});

async function withAnswer(answer: string): Promise<ScriptedServer> {
  const other = await startScriptedServer({ upstream: ({ prefix }) => answer.slice(prefix.length) });
  servers.push(other);
  return other;
}
