import { createManualClock, DEFAULT_ANSWER } from '@stream-aligner/testkit';
import OpenAI from 'openai';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serveNode } from '../serve-node.ts';
import { type ScriptedGatewayOptions, startScriptedGateway } from '../testing/scripted-gateway.ts';

type Params = Omit<OpenAI.Responses.ResponseCreateParamsNonStreaming, 'model' | 'stream'> & {
  stream_aligner?: Record<string, unknown>;
};
type Event = OpenAI.Responses.ResponseStreamEvent;

const input = 'What is it?';

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

async function streamed(client: OpenAI, params: Params = {}) {
  const events: Event[] = [];
  const stream = await client.responses.create({ input, ...params, model: 'main', stream: true });
  for await (const event of stream) events.push(event);
  return events;
}

const whole = (client: OpenAI, params: Params = {}) =>
  client.responses.create({ input, ...params, model: 'main' });

function lastOf(events: Event[]): OpenAI.Responses.Response {
  const last = events.at(-1);
  if (!last || !('response' in last)) throw new Error('the stream ends without a response');
  return last.response;
}

/** A response without what differs from one to the next. */
function alike(value: object): unknown {
  const text = JSON.stringify(value, (key, field) =>
    ['created_at', 'stream_aligner', 'output_text', 'at', 'judgedInMs', 'timings'].includes(key)
      ? undefined
      : field,
  );
  return JSON.parse(text.replaceAll(/"(resp|msg|rs|fc|call)_[0-9a-f]{32}"/g, '"$1"'));
}

describe('the openai client', () => {
  it.each<[string, ScriptedGatewayOptions, Params]>([
    ['kept', {}, {}],
    ['rewritten', rewriting, {}],
    ['raw', { models: { main: { upstream: 'scripted', aligner: null } } }, {}],
    ['cut by max_output_tokens', {}, { max_output_tokens: 12 }],
    ['cut by its upstream', { models: { main: { upstream: 'length' } } }, {}],
    ['filtered', { models: { main: { upstream: 'filtered' } } }, {}],
    ['a tool call', { models: { main: { upstream: 'tool-call' } } }, {}],
    ['a tool call alone', { models: { main: { upstream: 'tool-call@0' } } }, {}],
    ['reasoned', { models: { main: { upstream: 'reasoning', reasoning: 'pass' } } }, {}],
    ['empty', { models: { main: { upstream: 'empty' } } }, {}],
    ['traced', rewriting, { stream_aligner: { trace: true } }],
  ])('gets the same response streamed and whole (law 6): %s', async (_name, options, params) => {
    const { client } = await clientOf(options);
    const events = await streamed(client, params);
    const plain = await whole(client, params);
    expect(alike(lastOf(events))).toEqual(alike(plain));
    // What the client's own accumulator makes of the events, which checks every one of them.
    const final = await client.responses.stream({ input, ...params, model: 'main' }).finalResponse();
    expect(final.output_text).toBe(plain.output_text);
    expect(final.status).toBe(plain.status);
    const deltas = events.flatMap((event) =>
      event.type === 'response.output_text.delta' ? event.delta : [],
    );
    expect(deltas.join('')).toBe(plain.output_text);
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index));
    const traced = (holder: object) =>
      ((holder as { stream_aligner?: { events: { type: string }[] } }).stream_aligner?.events ?? []).map(
        ({ type }) => type,
      );
    expect(events.flatMap(traced)).toEqual(traced(plain));
    expect(traced(plain).length > 0).toBe(params.stream_aligner !== undefined);
  });

  it('sees the events of a text in OpenAI’s order, named, and no [DONE]', async () => {
    const { gateway, client } = await clientOf(rewriting);
    const events = await streamed(client);
    const names = events.map(({ type }) => type).filter((type, at, all) => type !== all[at - 1]);
    expect(names).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(lastOf(events)).toMatchObject({
      object: 'response',
      status: 'completed',
      model: 'main',
      error: null,
      incomplete_details: null,
      store: false,
      usage: {
        input_tokens: expect.any(Number),
        output_tokens: expect.any(Number),
        total_tokens: expect.any(Number),
        stream_aligner: { kept: 3, rewritten: 1 },
      },
    });
    const raw = await (await gateway.respond({ model: 'main', input, stream: true })).text();
    const frames = raw.trimEnd().split('\n\n');
    for (const frame of frames) {
      const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(frame) ?? [];
      expect(JSON.parse(data ?? '')).toMatchObject({ type: name });
    }
    expect(raw).not.toContain('[DONE]');
  });

  it('is told what was cut, and why', async () => {
    const { client } = await clientOf({
      models: { main: { upstream: 'scripted' }, filtered: { upstream: 'filtered' } },
    });
    const cut = await whole(client, { max_output_tokens: 12 });
    expect(cut).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      max_output_tokens: 12,
      output: [{ type: 'message', status: 'incomplete' }],
    });
    expect(DEFAULT_ANSWER.startsWith(cut.output_text)).toBe(true);
    const filtered = await client.responses.create({ model: 'filtered', input });
    expect(filtered.incomplete_details).toEqual({ reason: 'content_filter' });
  });

  it('gets calls of functions as items of their own, after the text before them', async () => {
    const { client } = await clientOf({ models: { main: { upstream: 'tool-call' } } });
    const events = await streamed(client, {
      tools: [{ type: 'function', name: 'look_up', parameters: { type: 'object' }, strict: true }],
    });
    const names = events.map(({ type }) => type);
    expect(names.indexOf('response.output_text.done')).toBeLessThan(
      names.indexOf('response.function_call_arguments.delta'),
    );
    const { output, tools } = lastOf(events);
    expect(output).toMatchObject([
      { type: 'message', status: 'completed' },
      {
        type: 'function_call',
        call_id: 'call_1',
        name: 'look_up',
        arguments: '{"what":"it"}',
        status: 'completed',
      },
    ]);
    expect(tools).toMatchObject([{ type: 'function', name: 'look_up' }]);
  });

  it('gets the thoughts of a model as an item before its text, where they are passed', async () => {
    const { client } = await clientOf({ models: { main: { upstream: 'reasoning', reasoning: 'pass' } } });
    const { output, output_text } = await whole(client);
    expect(output).toMatchObject([
      { type: 'reasoning', summary: [], content: [{ text: 'Let me think. Done thinking.' }] },
      { type: 'message' },
    ]);
    expect(output_text).toBe(DEFAULT_ANSWER);
  });

  it('holds a conversation of several turns, calls included, without anything kept here', async () => {
    const { client, gateway } = await clientOf();
    const first = await whole(client);
    await whole(client, {
      instructions: 'Be brief.',
      input: [
        { role: 'user', content: input },
        ...(first.output as OpenAI.Responses.ResponseInputItem[]),
        { type: 'reasoning', id: 'rs_1', summary: [] },
        { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' },
        { type: 'function_call', call_id: 'c2', name: 'g', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c1', output: 'one' },
        { type: 'function_call_output', call_id: 'c2', output: [{ type: 'input_text', text: 'two' }] },
        {
          type: 'message',
          role: 'user',
          content: [
            { type: 'input_text', text: 'And now?' },
            { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'low' },
          ],
        },
      ],
    });
    const { body } =
      gateway.models.requests.findLast(({ model, body }) => model === 'scripted' && !isAligners(body)) ?? {};
    const call = (id: string, name: string) => ({
      id,
      type: 'function',
      function: { name, arguments: '{}' },
    });
    expect(body).toMatchObject({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: input },
        { role: 'assistant', content: DEFAULT_ANSWER, tool_calls: [call('c1', 'f'), call('c2', 'g')] },
        { role: 'tool', tool_call_id: 'c1', content: 'one' },
        { role: 'tool', tool_call_id: 'c2', content: 'two' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'And now?' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } },
          ],
        },
      ],
    });
  });

  it('has its settings passed on in the chat API’s words, and repeated in the response', async () => {
    const { client, gateway } = await clientOf();
    const schema = { type: 'object', properties: { constructor: { type: 'string' } } };
    const response = await whole(client, {
      temperature: 0.5,
      top_p: 0.9,
      metadata: { purpose: 'test' },
      user: 'me',
      store: true,
      truncation: 'auto',
      include: ['reasoning.encrypted_content'],
      reasoning: { effort: 'low' },
      parallel_tool_calls: false,
      tools: [{ type: 'function', name: 'f', parameters: schema, strict: null }],
      tool_choice: { type: 'function', name: 'f' },
      text: { format: { type: 'json_schema', name: 'answer', schema, strict: true }, verbosity: 'low' },
      ...{ seed: 7, a_field_of_the_server: 'x' },
    });
    expect(response).toMatchObject({
      temperature: 0.5,
      metadata: { purpose: 'test' },
      store: false,
      truncation: 'disabled',
      reasoning: { effort: 'low' },
      tool_choice: { type: 'function', name: 'f' },
      text: { format: { type: 'json_schema' } },
    });
    const {
      model: _model,
      messages: _messages,
      stream: _stream,
      ...body
    } = (gateway.models.requests[0]?.body as Record<string, unknown>) ?? {};
    expect(body).toEqual({
      stream_options: { include_usage: true },
      temperature: 0.5,
      top_p: 0.9,
      seed: 7,
      user: 'me',
      a_field_of_the_server: 'x',
      reasoning_effort: 'low',
      verbosity: 'low',
      parallel_tool_calls: false,
      tools: [{ type: 'function', function: { name: 'f', parameters: schema } }],
      tool_choice: { type: 'function', function: { name: 'f' } },
      response_format: { type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } },
    });
  });
});

function isAligners(body: unknown): boolean {
  return JSON.stringify(body).includes('##Your_Revision');
}

describe('a response that fails', () => {
  it('in mid-stream ends with `response.failed`, and nothing after it looks finished (law 7)', async () => {
    const { client } = await clientOf({ models: { main: { upstream: 'cut@8' } } });
    const events = await streamed(client);
    const response = lastOf(events);
    expect(events.at(-1)?.type).toBe('response.failed');
    expect(response).toMatchObject({
      status: 'failed',
      error: { code: 'server_error', type: 'upstream_error' },
      output: [{ type: 'message', status: 'incomplete' }],
    });
    expect(events.map(({ type }) => type)).not.toContain('response.output_text.done');
    const final = await client.responses.stream({ input, model: 'main' }).finalResponse();
    expect(final.status).toBe('failed');
    await expect(whole(client)).rejects.toMatchObject({ status: 502, type: 'upstream_error' });
  });

  it('before it began has a status of its own, streamed or not', async () => {
    const { client } = await clientOf({ models: { main: { upstream: 'overflow' } } });
    const refused = { status: 400, code: 'context_length_exceeded' };
    await expect(streamed(client)).rejects.toMatchObject(refused);
    await expect(whole(client)).rejects.toMatchObject(refused);
  });

  it('after heartbeats alone is told whole all the same', async () => {
    const clock = createManualClock();
    const gateway = await startScriptedGateway({ models: { main: { upstream: 'slow+cut@0' } }, clock });
    const answering = gateway.respond({ model: 'main', input, stream: true });
    await gateway.models.until(({ requests }) => requests.length === 1);
    clock.advance(15_000);
    const response = await answering;
    gateway.models.step(100);
    // An upstream that fails is tried again, after waits of the clock.
    let over = false;
    const reading = response.text().finally(() => {
      over = true;
    });
    while (!over) {
      clock.advance(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const text = await reading;
    expect(text.startsWith(': keep-alive\n\n')).toBe(true);
    expect([...text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name)).toEqual([
      'response.created',
      'response.in_progress',
      'response.failed',
    ]);
    expect(clock.pending).toBe(0);
  });
});

it.each(['slow', 'stall@8'])('a client that leaves stops the upstream (%s)', async (upstream) => {
  const { client, gateway } = await clientOf({ models: { main: { upstream } } });
  const leaving = new AbortController();
  const stream = client.responses.stream({ input, model: 'main' }, { signal: leaving.signal });
  const ended = stream.done().catch(() => {});
  await gateway.models.until(({ requests }) => requests.some(({ model }) => model === upstream));
  const left = performance.now();
  leaving.abort();
  await gateway.models.until(({ openRequests }) => openRequests === 0);
  expect(performance.now() - left).toBeLessThan(500);
  await ended;
});
