import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ConnectionLimits, serveNode } from './serve-node.ts';
import { sendRaw } from './testing/raw-connection.ts';
import { ask, type ScriptedGatewayOptions, startScriptedGateway } from './testing/scripted-gateway.ts';

async function serve(options: ScriptedGatewayOptions = {}, limits: Partial<ConnectionLimits> = {}) {
  const gateway = await startScriptedGateway(options);
  const served = await serveNode(gateway, { host: '127.0.0.1', port: 0 }, limits);
  onTestFinished(() => served.close());
  return { gateway, served };
}

const body = JSON.stringify(ask('main'));
const post = (headers: readonly string[], sent = body) =>
  ['POST /v1/chat/completions HTTP/1.1', 'Host: gateway.test', ...headers, '', sent].join('\r\n');
const length = `Content-Length: ${body.length}`;
const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
const hidden = 'GET /metrics HTTP/1.1\r\nHost: gateway.test\r\n\r\n';

describe('requests that two servers could read differently', () => {
  it.each<[string, string]>([
    ['a length and chunks', post([length, 'Transfer-Encoding: chunked'], chunked)],
    ['chunks and a length', post(['Transfer-Encoding: chunked', 'Content-Length: 3'], chunked)],
    ['two lengths', post([length, `Content-Length: ${body.length + hidden.length}`], body + hidden)],
    ['two lengths in one', post([`Content-Length: ${body.length}, 3`])],
    ['a length that is no number', post([`Content-Length: +${body.length}`])],
    ['a negative length', post(['Content-Length: -1'])],
    ['a coding after chunked', post(['Transfer-Encoding: chunked, identity'], chunked)],
    ['a hidden coding', post(['Transfer-Encoding: xchunked'], chunked)],
    ['a space before the colon', post([`Content-Length : ${body.length}`])],
    ['a folded header', post(['X-A: b', ' Transfer-Encoding: chunked', length])],
    ['a bare line feed between headers', post([length]).replace('\r\nContent', '\nContent')],
    ['a bare carriage return in a header', post([`X-A: b\rX-B: c`, length])],
    ['a zero byte in a header', post(['X-A: b\0c', length])],
    ['a chunk size that is no number', post(['Transfer-Encoding: chunked'], chunked.replace(/^/, 'x'))],
    [
      'a chunk extension with a line feed',
      post(['Transfer-Encoding: chunked'], `5;a\nb\r\nhello\r\n0\r\n\r\n`),
    ],
    ['no host', `POST /v1/chat/completions HTTP/1.1\r\n${length}\r\n\r\n${body}`],
    ['two versions', 'GET /healthz HTTP/1.1 HTTP/1.1\r\nHost: g\r\n\r\n'],
    ['a path with a space', 'GET /health z HTTP/1.1\r\nHost: g\r\n\r\n'],
    ['another protocol', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ])('%s: answered 400 once, and the connection ends', async (_name, bytes) => {
    const { gateway, served } = await serve();
    const reply = await sendRaw(served, bytes);
    expect([reply.statuses, reply.closed]).toEqual([[400], true]);
    expect(gateway.models.requests).toEqual([]);
  });

  it('an upgrade is not one: the request is answered as what it is', async () => {
    const { served } = await serve();
    for (const protocol of ['websocket', 'h2c', 'x']) {
      const headers = ['Connection: Upgrade, close', `Upgrade: ${protocol}`, length];
      expect((await sendRaw(served, post(headers))).statuses).toEqual([200]);
    }
    const trace = await sendRaw(
      served,
      'TRACE /v1/models HTTP/1.1\r\nHost: g\r\nCookie: mine\r\nConnection: close\r\n\r\n',
    );
    expect([trace.statuses, trace.text.includes('mine')]).toEqual([[405], false]);
    const tunnel = await sendRaw(served, 'CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n');
    expect(tunnel.text).not.toMatch(/ 200 /);
    expect(tunnel.closed).toBe(true);
  });
});

describe('replies', () => {
  it('cannot be split by a request’s id', async () => {
    const { served } = await serve();
    for (const id of [
      'a%0d%0aset-cookie:b',
      'a\\r\\nset-cookie: b',
      'a\u00e4b',
      'a b',
      'x'.repeat(129),
      '',
    ]) {
      const { text } = await sendRaw(
        served,
        `GET /healthz HTTP/1.1\r\nHost: g\r\nConnection: close\r\nX-Request-Id: ${id}\r\n\r\n`,
      );
      expect(text).toMatch(/^x-request-id: [0-9a-f]{32}\r$/m);
      expect(text).not.toMatch(/^set-cookie/im);
    }
  });
});

describe('headers', () => {
  it('are limited in size', async () => {
    const { served } = await serve();
    const reply = await sendRaw(served, post([`X-A: ${'a'.repeat(20_000)}`, length]));
    expect([reply.statuses, reply.closed]).toEqual([[431], true]);
    const many = Array.from({ length: 3_000 }, (_, index) => `X-${index}: a`);
    expect((await sendRaw(served, post([...many, length]))).statuses).toEqual([431]);
    const long = await sendRaw(served, `GET /v1/models/${'a'.repeat(20_000)} HTTP/1.1\r\nHost: g\r\n\r\n`);
    expect(long.statuses).toEqual([431]);
  });
});

describe('a client that takes its time', () => {
  const limits = { headersMs: 100, requestMs: 200, checkMs: 25 };

  it.each([
    ['says nothing', ''],
    ['stops in its headers', 'POST /v1/chat/completions HTTP/1.1\r\nHost: g\r\nX-A:'],
    ['stops in its body', post([length], body.slice(0, 20))],
    ['stops in a chunk', post(['Transfer-Encoding: chunked'], 'ff\r\n{"model"')],
  ])('and %s is cut off', async (_name, bytes) => {
    const { gateway, served } = await serve({}, limits);
    const reply = await sendRaw(served, bytes, { patienceMs: 5_000 });
    expect([reply.statuses, reply.closed]).toEqual([[408], true]);
    expect(gateway.models.requests).toEqual([]);
  });

  it('with a byte now and then is cut off all the same, and gives its place back', async () => {
    const { gateway, served } = await serve({ server: { maxConcurrent: 1 } }, limits);
    const socket = connect(served.port, served.host);
    socket.on('error', () => {});
    socket.write(post([length], ''));
    const dripping = setInterval(() => socket.write(' '), 20);
    onTestFinished(() => clearInterval(dripping));
    socket.resume();
    await once(socket, 'close');
    let status = 0;
    for (let tries = 0; status !== 200 && tries < 100; tries += 1) {
      const reply = await gateway.chat(body);
      await reply.text();
      ({ status } = reply);
    }
    expect(status).toBe(200);
  });

  it('may take it to read: a long answer is no slow request', async () => {
    const { gateway, served } = await serve({ models: { main: { upstream: 'slow' } } }, limits);
    const streaming = JSON.stringify(ask('main', { stream: true }));
    const answering = fetch(`${served.url}/v1/chat/completions`, { method: 'POST', body: streaming });
    await gateway.models.until(({ requests }) => requests.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 400));
    gateway.models.step(100);
    expect(await (await answering).text()).toContain('[DONE]');
  });
});
