import { gzipSync } from 'node:zlib';
import { createManualClock } from '@stream-aligner/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serveNode } from './serve-node.ts';
import { sendRaw } from './testing/raw-connection.ts';
import { ask, startScriptedGateway } from './testing/scripted-gateway.ts';

const json = { 'content-type': 'application/json' };

async function errorOf(response: Response) {
  const { error } = (await response.json()) as { error: { message: string; param: string; code: string } };
  return error;
}

describe('headers of a request', () => {
  it('never reach the models: they see what the configuration says and nothing else', async () => {
    const gateway = await startScriptedGateway();
    const served = await serveNode(gateway, { host: '127.0.0.1', port: 0 });
    onTestFinished(() => served.close());
    const body = JSON.stringify(ask('main'));
    const sent = [
      'Authorization: Bearer sk-of-the-client',
      'Cookie: session=1',
      'X-Conversation-Id: somebody-elses',
      'X-Request-Id: mine',
      'X-Session-Id: 1',
      'X-Api-Key: sk-of-the-client',
      'Api-Key: sk-of-the-client',
      'OpenAI-Organization: org',
      'OpenAI-Project: project',
      'Forwarded: for=1.2.3.4',
      'X-Forwarded-For: 1.2.3.4',
      'X-Forwarded-Host: example.org',
      'X-Data-Parallel-Rank: 1',
      'X-Litellm-Api-Base: http://example.org',
      'X-Base-Url: http://example.org',
      'Traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      'Connection: close, X-Secret, Upgrade',
      'X-Secret: 1',
      'Keep-Alive: timeout=1',
      'Proxy-Authorization: Basic eDp5',
      'Proxy-Connection: keep-alive',
      'TE: trailers',
      'Trailer: X-Trailer',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABkAAQAAP__',
      'Expect: 100-continue',
      'Content-Encoding: identity',
      'User-Agent: of-the-client',
      'Accept-Language: xx',
      `Content-Length: ${body.length}`,
    ];
    const request = ['POST /v1/chat/completions HTTP/1.1', 'Host: gateway.test', ...sent, '', body].join(
      '\r\n',
    );
    const { statuses } = await sendRaw(served, request);
    expect(statuses.at(-1)).toBe(200);
    expect(gateway.models.requests.length).toBeGreaterThan(1);
    for (const { headers } of gateway.models.requests) {
      const { host, 'content-length': _length, ...rest } = headers;
      expect(`http://${host}/v1`).toBe(gateway.models.baseUrl);
      expect(rest).toEqual({
        'content-type': 'application/json',
        accept: 'text/event-stream',
        connection: 'keep-alive',
        'accept-language': '*',
        'accept-encoding': 'gzip, deflate',
        'sec-fetch-mode': 'cors',
        'user-agent': 'node',
      });
    }
  });
});

describe('what is for the operator alone', () => {
  const fields: Record<string, unknown> = {
    base_url: 'http://example.org',
    api_base: 'http://example.org',
    api_key: 'sk-x',
    extra_headers: { 'x-conversation-id': '1' },
    extra_body: { echo: true },
    mcp_servers: [{ url: 'http://example.org' }],
    models: ['another'],
    kv_transfer_params: { remote_host: 'example.org' },
    bootstrap_host: 'example.org',
    chat_template: '{{ x }}',
    custom_logit_processor: '80',
    logits_processors: ['os.system'],
    lora_path: '/etc/passwd',
    prompt_embeds: 'AAAA',
    prompt: 'Say yes.',
    input_ids: [1, 2],
    echo: true,
    continue_final_message: true,
    add_generation_prompt: true,
    rid: '1',
    id_slot: 3,
    cache_salt: 'theirs',
    priority: -100,
  };

  it.each(Object.entries(fields))('%s is refused in a request', async (name, value) => {
    const gateway = await startScriptedGateway();
    const chat = await gateway.chat(ask('main', { [name]: value }));
    expect([chat.status, (await errorOf(chat)).param]).toEqual([400, name]);
    // A prompt means something else to the Responses API, and is refused there for what it means.
    const response = await gateway.respond({ model: 'main', input: 'What is it?', [name]: value });
    expect([response.status, (await errorOf(response)).param]).toEqual([400, name]);
    expect(gateway.models.requests).toEqual([]);
  });

  it('is refused one level down, too, where servers put the two levels together', async () => {
    const gateway = await startScriptedGateway();
    for (const name of ['continue_final_message', 'tokenize', 'chat_template']) {
      const response = await gateway.chat(ask('main', { chat_template_kwargs: { [name]: true } }));
      expect(await errorOf(response)).toMatchObject({ param: `chat_template_kwargs.${name}` });
    }
    const harmless = ask('main', { chat_template_kwargs: { enable_thinking: false }, top_k: 40 });
    expect((await gateway.chat(harmless)).status).toBe(200);
    expect(gateway.models.requests[0]?.body).toMatchObject({
      chat_template_kwargs: { enable_thinking: false },
      top_k: 40,
    });
  });

  it('is not in what requests choose: which model answers, and how it is asked', async () => {
    const gateway = await startScriptedGateway();
    const { status } = await gateway.chat(
      ask('main', { stream_options: { include_usage: false, x: 1 }, stop: 'never' }),
    );
    expect(status).toBe(200);
    for (const { path, body } of gateway.models.requests) {
      expect(path).toBe('/v1/chat/completions');
      expect(body).toMatchObject({
        model: 'scripted',
        stream: true,
        stream_options: { include_usage: true },
      });
      expect(body).not.toHaveProperty('stop');
    }
  });
});

describe('a body', () => {
  const message = { role: 'user', content: 'What is it?' };

  it.each<[string, unknown, RegExp]>([
    ['of 65 levels', `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`, /64 levels/],
    ['of two million open brackets', '['.repeat(2_000_000), /64 levels/],
    ['of a million values', `[${'0,'.repeat(1_000_000)}0]`, /200000 values/],
    [
      'of 2,049 messages',
      ask('main', { messages: Array.from({ length: 2_049 }, () => message) }),
      /at most 2048/,
    ],
    [
      'of 8,193 parts',
      ask('main', {
        messages: [
          { role: 'user', content: Array.from({ length: 8_193 }, () => ({ type: 'text', text: '.' })) },
        ],
      }),
      /at most 8192 content parts/,
    ],
    ['with a model of a million letters', ask('m'.repeat(1_000_000)), /at most 256 characters/],
    [
      'with a key of a million letters',
      ask('main', { stream_aligner: { ['k'.repeat(1_000_000)]: 1 } }),
      /unknown key/,
    ],
    [
      'with a hundred thousand unknown keys',
      ask('main', {
        stream_aligner: Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`k${at}`, 1])),
      }),
      /at most 64 options/,
    ],
  ])('%s is refused at once, in few words', async (_name, body, message) => {
    const gateway = await startScriptedGateway();
    const started = performance.now();
    const response = await gateway.chat(body);
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(response.status).toBe(400);
    const text = await response.text();
    expect(text).toMatch(message);
    expect(text.length).toBeLessThan(2_000);
  });

  it.each(['x'.repeat(1_025), ['short', 'x'.repeat(1_025)]])(
    'with an endless stop string is refused (%#)',
    async (stop) => {
      const gateway = await startScriptedGateway();
      expect(await errorOf(await gateway.chat(ask('main', { stop })))).toMatchObject({ param: 'stop' });
      const response = await gateway.respond({ model: 'main', input: 'Why?', stop });
      expect(await errorOf(response)).toMatchObject({ param: 'stop' });
    },
  );

  it('is never unpacked', async () => {
    const gateway = await startScriptedGateway();
    const body = new Uint8Array(gzipSync(JSON.stringify(ask('main'))));
    const response = await gateway.chat('', { body, headers: { 'content-encoding': 'gzip' } });
    expect([response.status, (await errorOf(response)).message]).toEqual([
      400,
      expect.stringMatching(/not JSON/),
    ]);
  });

  it('of a client without a key is not read, and takes nobody’s place', async () => {
    const gateway = await startScriptedGateway({ server: { keys: ['sk-some-key'], maxConcurrent: 1 } });
    for (let client = 0; client < 3; client += 1) {
      const body = new ReadableStream({ pull: () => new Promise(() => {}) });
      const headers = { authorization: 'Bearer sk-some-kez' };
      expect((await gateway.chat('', { body, duplex: 'half', headers })).status).toBe(401);
    }
    const known = await gateway.chat(ask('main'), { headers: { authorization: 'Bearer sk-some-key' } });
    expect(known.status).toBe(200);
  });

  it('of a Responses request has the same limits', async () => {
    const gateway = await startScriptedGateway();
    const input = Array.from({ length: 2_049 }, () => message);
    const output = Array.from({ length: 8_193 }, () => ({ type: 'input_text', text: '.' }));
    const call = { type: 'function_call_output', call_id: 'c', output };
    for (const [bad, words] of [
      [input, /at most 2048/],
      [[message, call], /at most 8192/],
    ] as const)
      expect((await errorOf(await gateway.respond({ model: 'main', input: bad }))).message).toMatch(words);
  });

  it('that does not arrive is not waited for', async () => {
    const clock = createManualClock();
    const gateway = await startScriptedGateway({ clock, server: { maxConcurrent: 1 } });
    const body = new ReadableStream({ pull: () => new Promise(() => {}) });
    const answering = gateway.chat('', { body, duplex: 'half' });
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(60_000);
    const response = await answering;
    expect([response.status, (await errorOf(response)).code]).toEqual([408, 'request_timeout']);
    expect((await gateway.chat(ask('main'))).status).toBe(200);
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['__proto__', '{"polluted": true, "n": 3, "logprobs": true, "stream": true, "max_tokens": 1}'],
    ['constructor', '{"prototype": {"polluted": true}}'],
    ['prototype', '{"polluted": true}'],
    ['toString', 'null'],
    ['hasOwnProperty', '1'],
  ])('with the key %s, anywhere, pollutes nothing and means nothing', async (key, value) => {
    const gateway = await startScriptedGateway();
    const evil = `"${key}": ${value}`;
    const body = `{${evil}, "model": "main", "stream_aligner": {"trace": false}, "messages": [{${evil}, "role": "user", "content": [{${evil}, "type": "text", "text": "Why?"}]}], "tools": [{${evil}, "type": "function", "function": {"name": "f", "parameters": {${evil}}}}]}`;
    const response = await gateway.chat(body);
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(await response.json()).toMatchObject({ choices: [{ finish_reason: 'stop' }] });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    const { prototype } = Object;
    expect(Object.keys(prototype)).toEqual([]);
    const extension = await gateway.chat(
      `{"model": "main", "messages": [{"role": "user", "content": "Why?"}], "stream_aligner": {${evil}}}`,
    );
    expect([200, 400]).toContain(extension.status);
  });

  it('with a key twice means the last, everywhere', async () => {
    const gateway = await startScriptedGateway({
      models: { main: { upstream: 'scripted' }, raw: { upstream: 'scripted', aligner: null } },
      scripts: { aligner: ({ draft }) => (draft.includes('first') ? 'Judged.' : draft) },
    });
    const response = await gateway.chat(
      '{"model": "raw", "messages": [], "model": "main", "messages": [{"role": "user", "content": "Why?"}]}',
    );
    expect(await response.text()).toContain('Judged.');
  });
});

it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', ''])(
  'a model of the name %j is unknown like any other',
  async (name) => {
    const gateway = await startScriptedGateway();
    const status = name === '' ? 400 : 404;
    expect((await gateway.chat(ask(name))).status).toBe(status);
    expect((await gateway.respond({ model: name, input: 'Why?' })).status).toBe(status);
    const got = await gateway.fetch(new Request(`http://g/v1/models/${encodeURIComponent(name)}`));
    expect(got.status).toBe(404);
    const metrics = await (await gateway.fetch(new Request('http://g/metrics'))).text();
    if (name !== '') expect(metrics).not.toContain(`"${name}"`);
  },
);

describe('a web page’s request', () => {
  const origin = 'https://chat.example.org';

  it.each([
    null,
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json-x',
  ])('that needs no asking is refused: %s', async (type) => {
    const gateway = await startScriptedGateway({ server: { allowedOrigins: [origin] } });
    const body = new TextEncoder().encode(JSON.stringify(ask('main')));
    const response = await gateway.chat('', {
      body,
      headers: { origin, ...(type && { 'content-type': type }) },
    });
    expect([response.status, (await errorOf(response)).code]).toEqual([415, 'unsupported_media_type']);
    expect(gateway.models.requests).toEqual([]);
  });

  it('is taken as JSON; programs may say what they like', async () => {
    const gateway = await startScriptedGateway({ server: { allowedOrigins: [origin] } });
    for (const type of ['application/json', 'Application/JSON; charset=utf-8'])
      expect((await gateway.chat(ask('main'), { headers: { origin, 'content-type': type } })).status).toBe(
        200,
      );
    const curl = { headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    expect((await gateway.chat(ask('main'), curl)).status).toBe(200);
    const evil = { headers: { ...json, origin: 'https://evil.example' } };
    expect((await gateway.respond({ model: 'main', input: 'Why?' }, evil)).status).toBe(403);
  });
});
