import { DEFAULT_ANSWER } from '@stream-aligner/testkit';
import OpenAI from 'openai';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serveNode } from './serve-node.ts';
import { type ScriptedGatewayOptions, startScriptedGateway } from './testing/scripted-gateway.ts';

type Params = Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, 'model' | 'messages'> & {
  messages?: OpenAI.ChatCompletionMessageParam[];
  stream_aligner?: Record<string, unknown>;
};

const question = [{ role: 'user' as const, content: 'What is it?' }];

const rewriting: ScriptedGatewayOptions = {
  scripts: { aligner: ({ draft }) => (draft.includes('3.14') ? 'Pi is about 3.14159.' : draft) },
};

async function clientOf(options: ScriptedGatewayOptions = {}) {
  const gateway = await startScriptedGateway(options);
  const served = await serveNode(gateway, { host: '127.0.0.1', port: 0 });
  onTestFinished(() => served.close());
  const client = new OpenAI({ baseURL: `${served.url}/v1`, apiKey: 'sk-any-key-will-do', maxRetries: 0 });
  return { gateway, client };
}

async function streamed(client: OpenAI, { messages = question, ...params }: Params = {}) {
  const chunks: OpenAI.ChatCompletionChunk[] = [];
  const stream = await client.chat.completions.create({
    ...params,
    model: 'main',
    messages,
    stream: true,
    stream_options: { include_usage: true },
  });
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

async function plain(client: OpenAI, { messages = question, ...params }: Params = {}) {
  return client.chat.completions.create({ ...params, model: 'main', messages });
}

function deltasOf(chunks: OpenAI.ChatCompletionChunk[]) {
  return chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta));
}

describe('the openai client', () => {
  it.each<[string, ScriptedGatewayOptions, Params]>([
    ['kept', {}, {}],
    ['rewritten', rewriting, {}],
    [
      'rewritten, sentence by sentence',
      { ...rewriting, models: { main: { upstream: 'scripted', lookahead: 0 } } },
      {},
    ],
    ['shadowed', { ...rewriting, models: { main: { upstream: 'scripted', mode: 'shadow' } } }, {}],
    ['raw', { models: { main: { upstream: 'scripted', aligner: null } } }, {}],
    ['cut by max_tokens', {}, { max_tokens: 12 }],
    ['cut by max_completion_tokens', {}, { max_completion_tokens: 3 }],
    ['ended by a stop string', {}, { stop: ['passing'] }],
    ['cut by its upstream', { models: { main: { upstream: 'length' } } }, {}],
    ['filtered', { models: { main: { upstream: 'filtered' } } }, {}],
    ['a tool call', { models: { main: { upstream: 'tool-call' } } }, {}],
    ['a tool call alone', { models: { main: { upstream: 'tool-call@0' } } }, {}],
    ['reasoned', { models: { main: { upstream: 'reasoning', reasoning: 'pass' } } }, {}],
    ['empty', { models: { main: { upstream: 'empty' } } }, {}],
    ['traced', rewriting, { stream_aligner: { trace: true } }],
  ])('gets the same answer streamed and whole (law 6): %s', async (_name, options, params) => {
    const { client } = await clientOf(options);
    const chunks = await streamed(client, params);
    const whole = await plain(client, params);
    const deltas = deltasOf(chunks);
    const [choice] = whole.choices;
    const joined = (pick: (delta: (typeof deltas)[number]) => string | null | undefined) =>
      deltas.map((delta) => pick(delta) ?? '').join('');
    expect(joined(({ content }) => content)).toBe(choice?.message.content ?? '');
    const reasoning = (holder: unknown) => (holder as { reasoning_content?: string }).reasoning_content;
    expect(joined(reasoning)).toBe(reasoning(choice?.message) ?? '');
    const callsOf = (calls: { function?: { arguments?: string } }[] | undefined) =>
      calls?.map((call) => call.function?.arguments ?? '').join('') ?? '';
    expect(joined(({ tool_calls }) => callsOf(tool_calls))).toBe(
      callsOf(choice?.message.tool_calls as never),
    );
    const finishes = chunks.flatMap(({ choices }) =>
      choices.flatMap(({ finish_reason }) => finish_reason ?? []),
    );
    expect(finishes).toEqual([choice?.finish_reason]);
    const usage = chunks.flatMap((chunk) => chunk.usage ?? []);
    expect(usage.map(({ completion_tokens }) => completion_tokens)).toEqual([whole.usage?.completion_tokens]);
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
    expect(whole).toMatchObject({ object: 'chat.completion', model: 'main' });
    const events = (holder: object) =>
      ((holder as { stream_aligner?: { events: { type: string }[] } }).stream_aligner?.events ?? []).map(
        ({ type }) => type,
      );
    expect(chunks.flatMap(events)).toEqual(events(whole));
    expect(events(whole).length > 0).toBe(params.stream_aligner !== undefined);
  });

  it('sees a chat begin with a role, and end with a finish, the usage and nothing else', async () => {
    const { client } = await clientOf(rewriting);
    const chunks = await streamed(client);
    expect(chunks[0]?.choices).toEqual([
      { index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null },
    ]);
    expect(chunks.at(-2)?.choices).toEqual([{ index: 0, delta: {}, finish_reason: 'stop' }]);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } });
    expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
    expect(chunks.at(-1)?.usage).toMatchObject({
      stream_aligner: { kept: 3, rewritten: 1, restarts: 1, discarded_tokens: expect.any(Number) },
    });
    expect(deltasOf(chunks).map(({ content }) => content)).toContain(' Pi is about 3.14159.');
  });

  it('gets no usage unless it asks, and no events', async () => {
    const { client } = await clientOf();
    const stream = await client.chat.completions.create({ model: 'main', messages: question, stream: true });
    for await (const chunk of stream) {
      expect(chunk).not.toHaveProperty('usage');
      expect(chunk).not.toHaveProperty('stream_aligner');
    }
  });

  it('sees the error of a failed stream thrown, after the text before it', async () => {
    const { client } = await clientOf({ models: { main: { upstream: 'cut@8' } } });
    const stream = await client.chat.completions.create({ model: 'main', messages: question, stream: true });
    let text = '';
    const reading = (async () => {
      for await (const { choices } of stream) text += choices[0]?.delta.content ?? '';
    })();
    await expect(reading).rejects.toThrow(/upstream/);
    expect(text).toContain('The first sentence stands.');
    await expect(plain(client)).rejects.toMatchObject({ status: 502, type: 'upstream_error' });
  });

  it('continues its own beginning of an answer', async () => {
    const { client, gateway } = await clientOf();
    const begun = 'The first sentence stands.';
    const messages = [
      ...question,
      { role: 'assistant' as const, content: [{ type: 'text' as const, text: begun }] },
    ];
    const { choices } = await plain(client, { messages });
    expect(choices[0]?.message.content).toBe(DEFAULT_ANSWER.slice(begun.length));
    const upstream = gateway.models.requests.find(({ prefix }) => prefix !== '');
    expect(upstream?.prefix).toBe(begun);
  });

  it('has what the upstream understands passed on, and nothing of ours', async () => {
    const { client, gateway } = await clientOf();
    const image = { type: 'image_url' as const, image_url: { url: 'data:image/png;base64,AAAA' } };
    const content = [{ type: 'text' as const, text: 'What is it?' }, image];
    await plain(client, {
      messages: [{ role: 'user', content }],
      temperature: 0.5,
      top_p: 0.9,
      seed: 7,
      presence_penalty: 0.25,
      max_tokens: 500,
      stop: 'never said',
      stream_aligner: { trace: false },
    });
    const { body, headers } = gateway.models.requests[0] ?? {};
    expect(body).toMatchObject({
      temperature: 0.5,
      top_p: 0.9,
      seed: 7,
      presence_penalty: 0.25,
      max_tokens: 500,
      messages: [{ role: 'user', content }],
    });
    expect(body).not.toHaveProperty('stream_aligner');
    // The gateway's keys are no business of the upstream's.
    expect(headers).not.toHaveProperty('authorization');
  });
});
