import { getEventListeners } from 'node:events';
import type { UpstreamSession } from '@stream-aligner/core';
import {
  type ContractServer,
  DEFAULT_ANSWER,
  scriptedPrompt,
  startContractServer,
  watchPauses,
} from '@stream-aligner/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUpstream } from '../../servers/create-upstream.ts';

const messages = [{ role: 'user' as const, content: 'What is it?' }];
const FIRST = 'The first sentence stands.';
const REWRITTEN = `${FIRST} The second one says it.`;

describe.each(['llama-cpp', 'vllm'] as const)('%s by token ids', (type) => {
  let server: ContractServer;
  beforeAll(async () => {
    server = await startContractServer({
      type,
      script: ({ prefix }) => {
        if (prefix.includes('says it.')) return ' A third 😀 follows.';
        return DEFAULT_ANSWER.slice(prefix.length);
      },
    });
  });
  afterAll(() => server.close());

  async function open(model = 'plain', extra: Record<string, unknown> = {}) {
    const upstream = createUpstream({ type, baseUrl: server.baseUrl, model, continuation: 'token-ids' });
    expect(upstream.continuation).toBe('native');
    const { signal } = new AbortController();
    return { signal, session: await upstream.open({ messages, params: { temperature: 0, extra }, signal }) };
  }
  async function read(session: UpstreamSession, prefix: string, signal: AbortSignal) {
    let text = '';
    let last;
    for await (const event of session.continueFrom(prefix, signal, { maxTokens: 50 })) {
      if (event.type === 'text-delta') text += event.text;
      last = event;
    }
    return { text, last };
  }
  const lastPrompt = () => server.requests.at(-1)?.body['prompt'] as unknown[];

  it('sends the very tokens back that were kept, and text where a sentence was rewritten', async () => {
    const { session, signal } = await open();
    expect(await read(session, '', signal)).toEqual({
      text: DEFAULT_ANSWER,
      last: { type: 'finish', reason: 'stop' },
    });
    const begun = lastPrompt();
    expect((await read(session, FIRST, signal)).text).toBe(DEFAULT_ANSWER.slice(FIRST.length));
    const kept = lastPrompt();
    expect(kept.slice(0, begun.length)).toEqual(begun);
    // One id a word.
    expect(kept.slice(begun.length)).toHaveLength(4);
    expect(kept.slice(begun.length).every(Number.isInteger)).toBe(true);

    expect((await read(session, REWRITTEN, signal)).text).toBe(' A third 😀 follows.');
    const rewritten = lastPrompt();
    // The words that the rewrite shares with the draft are kept as well.
    expect(rewritten.slice(0, kept.length)).toEqual(kept);
    expect(rewritten.every(Number.isInteger)).toBe(true);
    expect(server.requests.at(-1)?.prefix).toBe(REWRITTEN);

    const more = `${REWRITTEN} A third 😀 follows.`;
    await read(session, more, signal);
    expect(lastPrompt().slice(0, rewritten.length)).toEqual(rewritten);
    expect(server.requests.at(-1)?.prefix).toBe(more);

    const texts = server.calls.flatMap(({ path, body }) =>
      path === '/tokenize' ? [body['content'] ?? body['prompt'] ?? 'conversation'] : [],
    );
    // llama.cpp leaves out the first ids of a character that takes several, so its text is asked for again.
    const asked =
      type === 'llama-cpp'
        ? [scriptedPrompt({ messages, prefix: '' }), ' it.', ' 😀']
        : ['conversation', ' it.'];
    expect(texts).toEqual(asked);
    await session.close();
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('asks for the conversation as the template writes it', async () => {
    const { session, signal } = await open();
    await read(session, '', signal);
    expect(server.requests.at(-1)?.body).toMatchObject({ temperature: 0, stream: true });
    const path = type === 'llama-cpp' ? '/apply-template' : '/tokenize';
    const templated = server.calls.findLast((call) => call.path === path);
    expect(templated?.body).toMatchObject({ messages, add_generation_prompt: true });
  });

  it('refuses tools and formats', async () => {
    for (const extra of [{ tools: [{ type: 'function' }] }, { response_format: { type: 'json_object' } }]) {
      await expect(open('plain', extra)).rejects.toMatchObject({ code: 'upstream-rejected' });
    }
  });

  it.each(['error-frame', 'abort', 'cut'])('fails when the server does: %s', async (model) => {
    const { session, signal } = await open(model);
    const code = model === 'cut' ? 'upstream-truncated' : 'upstream-failed';
    await expect(read(session, '', signal)).rejects.toMatchObject({ code });
    await session.close();
  });

  it('closes the connection when it is left', async () => {
    const { session, signal } = await open('stall');
    const events = session.continueFrom('', signal)[Symbol.asyncIterator]();
    await events.next();
    const pauses = watchPauses();
    const left = performance.now();
    await session.close();
    await server.until(({ openRequests }) => openRequests === 0);
    expect(performance.now() - left - pauses.stop()).toBeLessThan(50);
    expect(server.requests.at(-1)?.state).toBe('aborted');
  });
});
