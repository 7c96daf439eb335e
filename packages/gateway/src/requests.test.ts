import { describe, expect, it } from 'vitest';
import { ask, startScriptedGateway } from './testing/scripted-gateway.ts';

interface Refusal {
  error: { message: string; type: string; param: string | null; code: string | null };
}

async function refusalOf(response: Response): Promise<Refusal['error']> {
  const { error } = (await response.json()) as Refusal;
  return error;
}

const user = { role: 'user', content: 'What is it?' };

describe('a bad request', () => {
  it.each<[string, unknown, number, string | null, RegExp]>([
    ['malformed JSON', '{"model": "main", ', 400, null, /not JSON/],
    ['no JSON object', '[]', 400, null, /body/],
    ['bytes that are no UTF-8', '\u{fffd}', 400, null, /not JSON/],
    ['an unknown model', ask('mian'), 404, 'model', /Did you mean "main"\? These are served: main\./],
    ['no model', { messages: [user] }, 400, 'model', /model/],
    ['empty messages', ask('main', { messages: [] }), 400, 'messages', /at least one message/],
    ['messages of a wrong type', ask('main', { messages: 'hi' }), 400, 'messages', /messages/],
    [
      'a wrong role',
      ask('main', { messages: [{ role: 'me', content: '' }] }),
      400,
      'messages[0].role',
      /"user"/,
    ],
    [
      'a question without words',
      ask('main', {
        messages: [
          { role: 'system', content: 'Be kind.' },
          { role: 'user', content: '' },
        ],
      }),
      400,
      'messages',
      /messages: no message of role "user" says anything/,
    ],
    [
      'a question of blank parts',
      ask('main', { messages: [{ role: 'user', content: [{ type: 'text', text: ' ' }] }] }),
      400,
      'messages',
      /messages: no message of role "user" says anything/,
    ],
    ['no content', ask('main', { messages: [{ role: 'user' }] }), 400, 'messages[0].content', /content/],
    [
      'a wrong temperature',
      ask('main', { temperature: 'hot' }),
      400,
      'temperature',
      /temperature: expected a number, got text\.$/,
    ],
    ['a wrong max_tokens', ask('main', { max_tokens: 0 }), 400, 'max_tokens', /max_tokens/],
    ['a wrong stream', ask('main', { stream: 'yes' }), 400, 'stream', /stream/],
    ['five stop strings', ask('main', { stop: ['a', 'b', 'c', 'd', 'e'] }), 400, 'stop', /At most 4/],
    ['two answers', ask('main', { n: 2 }), 400, 'n', /n must be 1/],
    ['log probabilities', ask('main', { logprobs: true }), 400, 'logprobs', /do not exist/],
    ['sound', ask('main', { modalities: ['text', 'audio'] }), 400, 'modalities', /Only text/],
    [
      'a tool call to continue',
      ask('main', { messages: [user, { role: 'assistant', content: null, tool_calls: [{}] }] }),
      400,
      'messages[1]',
      /cannot be continued/,
    ],
    [
      'an unknown extension',
      ask('main', { stream_aligner: { lookahed: 1 } }),
      400,
      'stream_aligner.lookahed',
      /did you mean "lookahead"\?$/,
    ],
    [
      'an extension of a wrong type',
      ask('main', { stream_aligner: 7 }),
      400,
      'stream_aligner',
      /stream_aligner: expected an object, got a number\.$/,
    ],
  ])('%s is answered clearly', async (_name, body, status, param, message) => {
    const gateway = await startScriptedGateway();
    for (const stream of [false, true]) {
      const streamed =
        typeof body === 'object' && !('stream' in (body as object)) ? { ...(body as object), stream } : body;
      const response = await gateway.chat(streamed);
      const error = await refusalOf(response);
      expect(response.status).toBe(status);
      expect(error).toMatchObject({
        type: 'invalid_request_error',
        param,
        message: expect.stringMatching(message),
      });
    }
    expect(gateway.models.requests).toEqual([]);
  });

  it('never repeats what it holds', async () => {
    const gateway = await startScriptedGateway();
    const secret = 'a-very-private-word';
    const bodies = [
      `{"model": ${secret}`,
      ask(secret),
      ask('main', { temperature: secret, messages: [{ role: secret, content: { x: secret } }] }),
    ];
    for (const body of bodies) expect(await (await gateway.chat(body)).text()).not.toContain(secret);
  });

  it('over the limit is refused, by its header or by its bytes', async () => {
    const gateway = await startScriptedGateway({ server: { maxBodyBytes: 2000 } });
    const body = JSON.stringify(ask('main', { user: 'x'.repeat(2000) }));
    const bytes = new TextEncoder().encode(body);
    const chunks = new ReadableStream({
      start(controller) {
        for (let at = 0; at < bytes.length; at += 100) controller.enqueue(bytes.slice(at, at + 100));
        controller.close();
      },
    });
    const declared = await gateway.chat(body, { headers: { 'content-length': String(bytes.length) } });
    const counted = await gateway.chat('', { body: chunks, duplex: 'half' });
    for (const response of [declared, counted]) {
      expect(response.status).toBe(413);
      expect((await refusalOf(response)).message).toMatch(/2000 bytes/);
    }
  });

  it('with a prompt over the context gets OpenAI’s code', async () => {
    const gateway = await startScriptedGateway({ models: { main: { upstream: 'overflow' } } });
    for (const stream of [false, true]) {
      const response = await gateway.chat(ask('main', { stream }));
      expect(response.status).toBe(400);
      expect(await refusalOf(response)).toMatchObject({ code: 'context_length_exceeded' });
    }
  });

  it('to a wrong path or by a wrong method says what there is', async () => {
    const gateway = await startScriptedGateway();
    const nowhere = await gateway.fetch(new Request('http://g/v2/chat'));
    expect(nowhere.status).toBe(404);
    expect((await refusalOf(nowhere)).message).toContain('/v1/chat/completions');
    const wrong = await gateway.fetch(new Request('http://g/v1/chat/completions'));
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
    expect((await refusalOf(wrong)).message).toContain('POST');
  });
});

describe('API keys', () => {
  const server = { keys: ['sk-first-key', 'sk-second-key'] };
  const bearer = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });

  it('open the gateway, each of them, and nothing else does', async () => {
    const gateway = await startScriptedGateway({ server });
    for (const key of server.keys) expect((await gateway.chat(ask('main'), bearer(key))).status).toBe(200);
    for (const init of [
      {},
      bearer(''),
      bearer('sk-first-ke'),
      bearer('sk-first-keyy'),
      bearer('SK-FIRST-KEY'),
    ]) {
      const response = await gateway.chat(ask('main'), init);
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
      expect((await refusalOf(response)).code).toBe('invalid_api_key');
    }
  });

  it('are asked for models and metrics, not for health', async () => {
    const gateway = await startScriptedGateway({ server });
    const status = async (path: string) => (await gateway.fetch(new Request(`http://g${path}`))).status;
    expect(await Promise.all(['/v1/models', '/metrics', '/healthz', '/readyz'].map(status))).toEqual([
      401, 401, 200, 200,
    ]);
  });
});

describe('a web page', () => {
  const from = (origin: string, host = '127.0.0.1:8787') => ({
    headers: { origin, host, 'content-type': 'application/json' },
  });

  it('of another origin is refused unless it is configured', async () => {
    const gateway = await startScriptedGateway({ server: { allowedOrigins: ['https://chat.example.org'] } });
    const allowed = await gateway.chat(ask('main'), from('https://chat.example.org'));
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([
      200,
      'https://chat.example.org',
    ]);
    const own = await gateway.chat(ask('main'), from('http://127.0.0.1:8787'));
    expect([own.status, own.headers.get('access-control-allow-origin')]).toEqual([200, null]);
    for (const init of [
      from('https://evil.example'),
      from('null'),
      // DNS rebinding: the page's own name leads to this machine.
      from('http://evil.example:8787', 'evil.example:8787'),
    ])
      expect((await gateway.chat(ask('main'), init)).status).toBe(403);
  });

  it('gets an answer to its preflight that grants nothing by default', async () => {
    const preflight = async (allowedOrigins: string[]) => {
      const gateway = await startScriptedGateway({ server: { allowedOrigins, keys: ['sk-some-key'] } });
      const response = await gateway.fetch(
        new Request('http://g/v1/chat/completions', {
          method: 'OPTIONS',
          ...from('https://chat.example.org'),
        }),
      );
      return [
        response.status,
        response.headers.get('access-control-allow-origin'),
        response.headers.get('allow'),
      ];
    };
    expect(await preflight([])).toEqual([204, null, 'POST, OPTIONS']);
    expect(await preflight(['https://chat.example.org'])).toEqual([
      204,
      'https://chat.example.org',
      'POST, OPTIONS',
    ]);
  });
});

describe('the openai client in a browser', () => {
  const origin = 'https://chat.example.org';
  const preflight = async (asked: string | null, from = origin) => {
    const gateway = await startScriptedGateway({ server: { allowedOrigins: [origin] } });
    const headers = { origin: from, ...(asked !== null && { 'access-control-request-headers': asked }) };
    const request = new Request('http://g/v1/chat/completions', { method: 'OPTIONS', headers });
    return (await gateway.fetch(request)).headers.get('access-control-allow-headers');
  };

  it('may send the headers it asks for', async () => {
    const asked = 'authorization,content-type,x-stainless-lang,x-stainless-retry-count';
    expect(await preflight(asked)).toBe(asked.replaceAll(',', ', '));
    expect(await preflight(null)).toBe('authorization, content-type, x-request-id');
    expect(await preflight('x-good, b@d, x y')).toBe('x-good');
    expect(await preflight(asked, 'https://evil.example')).toBeNull();
  });

  it('may read the request’s id, and when to come back', async () => {
    const gateway = await startScriptedGateway({ server: { allowedOrigins: [origin] } });
    for (const body of [ask('main'), '{']) {
      const { headers } = await gateway.chat(body, {
        headers: { origin, 'content-type': 'application/json' },
      });
      expect(headers.get('access-control-expose-headers')).toBe('x-request-id, retry-after');
    }
  });
});

describe('what a request may change', () => {
  const trap = { rounds: 2, then: 'stop', lookahead: 1 };

  it.each<[string, Record<string, unknown>, Record<string, unknown>, string | null]>([
    ['tighten', {}, { rounds: 1, then: 'stop' }, null],
    ['tighten', {}, { rounds: 1 }, 'rounds'],
    ['tighten', {}, { rounds: 0, then: 'stop' }, 'rounds'],
    ['tighten', {}, { mode: 'shadow' }, 'mode'],
    ['tighten', {}, { onAlignerFailure: 'pass' }, 'onAlignerFailure'],
    ['tighten', {}, { reasoning: 'pass' }, 'reasoning'],
    ['tighten', {}, { lookahead: 3 }, 'lookahead'],
    ['tighten', {}, { lookahead: 0, trace: true }, null],
    ['tighten', trap, { then: 'continue' }, 'then'],
    ['tighten', trap, { then: 'continue', rounds: 'all' }, null],
    ['tighten', { rounds: 2 }, { rounds: 3 }, null],
    ['none', {}, { trace: true }, 'trace'],
    ['none', {}, { lookahead: 0 }, 'lookahead'],
    ['any', trap, { rounds: 0, then: 'continue', mode: 'shadow', lookahead: 9 }, null],
  ])('with overrides %s on %j: %j', async (overrides, options, asked, refused) => {
    const gateway = await startScriptedGateway({
      models: { main: { upstream: 'scripted', overrides, ...options } },
    });
    const response = await gateway.chat(ask('main', { stream_aligner: asked }));
    if (refused === null) expect(response.status).toBe(200);
    else expect(await refusalOf(response)).toMatchObject({ param: `stream_aligner.${refused}` });
  });

  it('does not bring an aligner to a model without one', async () => {
    const gateway = await startScriptedGateway({
      models: { raw: { upstream: 'scripted', aligner: null, overrides: 'any' } },
    });
    const response = await gateway.chat(ask('raw', { stream_aligner: { rounds: 3 } }));
    expect(await refusalOf(response)).toMatchObject({ param: 'stream_aligner.rounds' });
    const stopped = await gateway.chat(ask('raw', { stream_aligner: { then: 'stop' } }));
    expect(await refusalOf(stopped)).toMatchObject({
      param: 'stream_aligner.then',
      message: expect.stringContaining('has no aligner'),
    });
  });
});

it('lists its models, its health and its metrics', async () => {
  const gateway = await startScriptedGateway({
    models: { one: { upstream: 'scripted' }, two: { upstream: 'scripted', aligner: null } },
  });
  const get = (path: string) => gateway.fetch(new Request(`http://g${path}`));
  const models = (await (await get('/v1/models')).json()) as { data: { id: string; object: string }[] };
  expect(models.data.map(({ id, object }) => [id, object])).toEqual([
    ['one', 'model'],
    ['two', 'model'],
  ]);
  expect(await (await get('/v1/models/two')).json()).toMatchObject({ id: 'two', object: 'model' });
  expect((await get('/v1/models/three')).status).toBe(404);
  expect(await (await get('/healthz')).json()).toEqual({ status: 'ok' });
  expect(await (await get('/readyz')).json()).toEqual({ status: 'ready', models: ['one', 'two'] });
  await (await gateway.chat(ask('one'))).text();
  await (await gateway.chat('{')).text();
  const metrics = await (await get('/metrics')).text();
  expect(metrics).toContain('stream_aligner_requests_total{model="one",outcome="finished"} 1');
  expect(metrics).toContain('stream_aligner_requests_total{model="",outcome="refused"} 1');
  expect(metrics.match(/^stream_aligner_requests_total.*/gm)).toHaveLength(2);
  expect(metrics).toContain('stream_aligner_sentences_total{model="one",verdict="kept"} 4');
  expect(metrics).toContain('stream_aligner_active_answers 0');
});

it('keeps a request’s id, unless it could not be one', async () => {
  const gateway = await startScriptedGateway();
  const id = async (given: string) =>
    (await gateway.chat(ask('main'), { headers: { 'x-request-id': given } })).headers.get('x-request-id');
  expect(await id('abc-1.2_3')).toBe('abc-1.2_3');
  expect(await id('spaces are odd')).toMatch(/^[0-9a-f]{32}$/);
});
