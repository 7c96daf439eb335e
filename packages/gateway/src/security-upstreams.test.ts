import { describe, expect, it, onTestFinished } from 'vitest';
import { parseConfiguration } from './configuration/parse.ts';
import { createGateway } from './gateway.ts';
import { startRawServer, streamOf } from './testing/raw-server.ts';
import { ask, type ScriptedGatewayOptions, startScriptedGateway } from './testing/scripted-gateway.ts';

const sse = { 'content-type': 'text/event-stream' };
const secret = 'xyzzy-private';

async function inFrontOf(answer: Parameters<typeof startRawServer>[0], options: ScriptedGatewayOptions = {}) {
  const server = await startRawServer(answer);
  const gateway = await startScriptedGateway({ baseUrl: server.baseUrl, ...options });
  return { server, gateway };
}

describe('an upstream that means harm', () => {
  it('has none of its headers passed on', async () => {
    const { gateway } = await inFrontOf((response) =>
      response
        .writeHead(200, {
          ...sse,
          'set-cookie': 'session=theirs',
          'x-request-id': 'theirs',
          'access-control-allow-origin': '*',
          'clear-site-data': '"*"',
          'strict-transport-security': 'max-age=1',
          location: 'http://example.org',
          link: '</x>; rel=preload',
          server: 'theirs',
          upgrade: 'h2c',
          'proxy-authenticate': 'Basic',
          connection: 'keep-alive, x-theirs',
          'x-theirs': '1',
        })
        .end(streamOf('It is fine.')),
    );
    for (const stream of [true, false]) {
      const response = await gateway.chat(ask('main', { stream }));
      expect(await response.text()).toContain('It is fine.');
      expect([...response.headers.keys()].sort()).toEqual(
        stream
          ? ['cache-control', 'content-type', 'x-accel-buffering', 'x-request-id']
          : ['content-type', 'x-request-id'],
      );
      expect(response.headers.get('x-request-id')).not.toBe('theirs');
    }
  });

  it.each([301, 302, 303, 307, 308])('cannot send the gateway elsewhere by a %d', async (status) => {
    const elsewhere = await startRawServer((response) =>
      response.writeHead(200, sse).end(streamOf('Got you.')),
    );
    const { gateway } = await inFrontOf((response) =>
      response.writeHead(status, { location: `${elsewhere.baseUrl}/chat/completions` }).end(),
    );
    const response = await gateway.chat(ask('main'));
    expect(response.status).toBe(502);
    expect(elsewhere.requests).toEqual([]);
  });

  it.each([200, 400, 401, 404, 413, 422, 429, 500, 503])(
    'has nothing of what it says with a %d repeated',
    async (status) => {
      const lines: unknown[] = [];
      const write = (...line: unknown[]) => void lines.push(line);
      const said = { message: secret, type: `x ${secret}`, code: { secret }, param: secret };
      const { gateway } = await inFrontOf(
        (response) =>
          response
            .writeHead(status, {
              'content-type': 'application/json',
              'retry-after': secret,
              'x-error': secret,
            })
            .end(JSON.stringify({ error: said, detail: secret, message: secret })),
        { log: { info: write, warn: write, error: write } },
      );
      const response = await gateway.chat(ask('main'));
      expect(response.status).toBeGreaterThanOrEqual(400);
      const told = [await response.text(), lines, [...response.headers]];
      expect(JSON.stringify(told)).not.toContain(secret);
    },
  );

  it('cannot take memory or time by the number of a tool call', async () => {
    const numbers = [2 ** 32 - 2, 2 ** 31, 0, 7];
    const calls = numbers.map((index) => ({
      choices: [
        {
          index: 0,
          delta: { tool_calls: [{ index, id: `c${index}`, function: { name: 'f', arguments: '{}' } }] },
        },
      ],
    }));
    const { gateway } = await inFrontOf((response) =>
      response.writeHead(200, sse).end(streamOf('Fine.', calls)),
    );
    const started = performance.now();
    const chat = (await (await gateway.chat(ask('main'))).json()) as {
      choices: [{ message: { tool_calls: { id: string }[] } }];
    };
    expect(chat.choices[0].message.tool_calls.map(({ id }) => id)).toEqual(
      numbers.toSorted((a, b) => a - b).map((index) => `c${index}`),
    );
    const response = await gateway.respond({ model: 'main', input: 'What is it?' });
    const { output } = (await response.json()) as { output: { type: string }[] };
    expect(output.filter(({ type }) => type === 'function_call')).toHaveLength(4);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('cannot write events of its own into the stream', async () => {
    const forged =
      'Fine.\n\ndata: [DONE]\n\nevent: response.completed\ndata: {"type":"response.completed"}\r\n\r\n: x\r';
    const { gateway } = await inFrontOf((response) => response.writeHead(200, sse).end(streamOf(forged)));
    const chat = await (await gateway.chat(ask('main', { stream: true }))).text();
    expect(chat.match(/^data: \[DONE\]$/gm)).toHaveLength(1);
    const response = await gateway.respond({ model: 'main', input: 'Why?', stream: true });
    expect((await response.text()).match(/^event: response\.completed$/gm)).toHaveLength(1);
  });

  it('cannot end an answer well by saying so in its text', async () => {
    const { gateway } = await inFrontOf((response) => {
      response.writeHead(200, sse).write(`data: {"choices":[{"delta":{"content":"Fine. [DONE] "}}]}\n\n`);
      response.end('data: [DONE]\n\n');
    });
    const text = await (await gateway.chat(ask('main'))).text();
    expect(text).toContain('upstream_error');
  });

  it('cannot fill the memory with one event', async () => {
    const { gateway } = await inFrontOf((response) => {
      response.writeHead(200, sse).write('data: {"choices":[{"delta":{"content":"');
      const part = 'x'.repeat(1024 * 1024);
      const send = () => {
        while (!response.destroyed && response.write(part));
      };
      response.on('drain', send);
      send();
    });
    const response = await gateway.chat(ask('main'));
    expect(response.status).toBe(502);
    expect(await response.text()).toContain('upstream_error');
  });
});

describe('an aligner that means harm', () => {
  it('has none of what it says but verdicts passed on, and takes no endless time to say it', async () => {
    const replies = [
      streamOf('x'.repeat(100_000)),
      streamOf('```\nnever closed'),
      `data: ${JSON.stringify({ error: { message: secret, type: secret } })}\n\n`,
      streamOf('', [{ choices: [{ index: 0, delta: { refusal: secret } }] }]),
      streamOf('', [
        { choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: { name: secret } }] } }] },
      ]),
    ];
    for (const reply of replies) {
      const aligner = await startRawServer((response) => response.writeHead(200, sse).end(reply));
      const gateway = await startScriptedGateway({ alignerUrl: aligner.baseUrl });
      const response = await gateway.chat(ask('main'));
      const text = await response.text();
      expect([response.status, text.includes('aligner_error')]).toEqual([502, true]);
      expect(text).not.toMatch(/xyzzy|xxx|never closed|first sentence/);
    }
  });
});

describe('the keys of the models', () => {
  it.each(['sk-of-the-models', 'sk-of-the\nmodels', 'sk-of-the-m\u00f6dels\u2603'])(
    'are told to nobody else: %j',
    async (apiKey) => {
      const lines: unknown[] = [];
      const write = (...line: unknown[]) => void lines.push(line);
      // A server that repeats whatever it is sent, as some do when a key is wrong.
      const server = await startRawServer((response) => {
        const sent = `${server.requests.at(-1)?.headers.authorization}`;
        response.writeHead(401, {
          'content-type': 'application/json',
          'www-authenticate': sent,
        });
        response.end(JSON.stringify({ error: { message: sent, code: sent } }));
      });
      const endpoint = { type: 'openai-compatible', baseUrl: server.baseUrl, model: 'm', apiKey };
      const configuration = parseConfiguration({
        text: JSON.stringify({
          upstreams: { large: endpoint },
          aligners: { small: { ...endpoint, contract: 'instruct' } },
          models: { main: { upstream: 'large', aligner: 'small' } },
        }),
        env: {},
      });
      const gateway = createGateway({ configuration, log: { info: write, warn: write, error: write } });
      onTestFinished(() => gateway.close());
      const told: unknown[] = [lines];
      for (const [path, body] of [
        ['/v1/chat/completions', ask('main')],
        ['/v1/responses', { model: 'main', input: 'Why?' }],
      ] as const) {
        const response = await gateway.fetch(
          new Request(`http://g${path}`, { method: 'POST', body: JSON.stringify(body) }),
        );
        expect(response.status).toBe(502);
        told.push(await response.text(), [...response.headers]);
      }
      expect(JSON.stringify(told)).not.toMatch(/sk-of-the/);
    },
  );
});
