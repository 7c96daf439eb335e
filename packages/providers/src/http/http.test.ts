import { createManualClock } from '@stream-aligner/testkit';
import { describe, expect, it } from 'vitest';
import { sendAbort } from './abort-request.ts';
import { atRoot, type EndpointOptions, resolveEndpoint } from './endpoint.ts';
import { httpFailure } from './failures.ts';
import { postJson } from './post-json.ts';
import { retryAfterSeconds } from './retry-after.ts';

const baseUrl = 'http://127.0.0.1:8000/v1';
const endpointOf = (options: Partial<EndpointOptions> = {}) =>
  resolveEndpoint('upstream', { baseUrl, ...options });

describe('headers', () => {
  it.each([
    'X-Conversation-Id',
    'Connection',
    'transfer-encoding',
    'TE',
    'Upgrade',
    'Host',
    'Content-Length',
    'Proxy-Authorization',
    'keep-alive',
  ])('never hold %s', (name) => {
    expect(() => endpointOf({ headers: { [name]: 'secret' } })).toThrow(
      expect.objectContaining({ code: 'configuration', message: expect.not.stringContaining('secret') }),
    );
  });

  it.each([{ 'x-a': 'one\r\nx-b: two' }, { 'x a': 'one' }, { 'x-a': '☃' }])(
    'are valid in HTTP: %o',
    (headers) => {
      expect(() => endpointOf({ headers: headers as Record<string, string> })).toThrow(
        expect.objectContaining({ code: 'configuration' }),
      );
    },
  );

  it('have one name each, whatever its case, and cannot replace what the reply is read by', () => {
    const { headers } = endpointOf({ headers: { 'X-Team': 'a', Accept: 'text/html' } });
    expect(headers).toMatchObject({ 'x-team': 'a', accept: 'text/event-stream' });
    expect(headers).not.toHaveProperty('Accept');
  });

  it('carry the key as the server wants it', () => {
    const options = { baseUrl, apiKey: 'k' };
    expect(resolveEndpoint('upstream', options).headers).toMatchObject({ authorization: 'Bearer k' });
    const azure = resolveEndpoint('upstream', options, { keyHeader: 'api-key' });
    expect(azure.headers).toMatchObject({ 'api-key': 'k' });
    expect(azure.headers).not.toHaveProperty('authorization');
  });
});

it('a server’s own paths hang at its root', () => {
  expect(atRoot(endpointOf()).baseUrl).toBe('http://127.0.0.1:8000');
  expect(atRoot(endpointOf({ baseUrl: 'https://x.org/models/v1/' })).baseUrl).toBe('https://x.org/models');
});

describe('retry-after', () => {
  it.each([
    [{ 'retry-after': '7' }, 7],
    [{ 'retry-after': 'Mon, 23 Nov 2026 09:00:30 GMT', date: 'Mon, 23 Nov 2026 09:00:00 GMT' }, 30],
    [{ 'retry-after': 'Monday, 23-Nov-26 09:00:30 GMT', date: 'Mon, 23 Nov 2026 09:00:00 GMT' }, 30],
    [{ 'retry-after': 'Mon, 23 Nov 2026 09:00:00 GMT', date: 'Mon, 23 Nov 2026 09:00:30 GMT' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '1.5' }, undefined],
    [{ 'retry-after': '2026' + '0'.repeat(9) }, undefined],
    [{}, undefined],
  ])('of %o is %s', (headers, seconds) => {
    expect(retryAfterSeconds(new Headers(headers as Record<string, string>))).toBe(seconds);
  });

  it('of a date is taken from our clock where the server shows none', () => {
    const inAMinute = new Date(Date.now() + 60_000).toUTCString();
    const seconds = retryAfterSeconds(new Headers({ 'retry-after': inAMinute }));
    expect(seconds).toBeGreaterThan(55);
    expect(seconds).toBeLessThanOrEqual(61);
  });
});

describe('an error reply', () => {
  const reply = (status: number, body: unknown, headers = {}) =>
    httpFailure(endpointOf(), new Response(null, { status, headers }), JSON.stringify(body));

  it.each([
    [
      400,
      { error: { message: 'This model does not support assistant message prefill.' } },
      'upstream-rejected',
    ],
    [
      400,
      [{ error: { message: 'Requests ending with a model turn are not supported.' } }],
      'upstream-rejected',
    ],
    [
      400,
      { type: 'error', error: { message: 'prompt is too long: 9 tokens > 8 maximum' } },
      'context-overflow',
    ],
    [
      422,
      {
        error: 'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096.',
        error_type: 'validation',
      },
      'context-overflow',
    ],
    [529, { type: 'error', error: { type: 'overloaded_error' } }, 'overloaded'],
    [503, { error: { message: 'Loading model', type: 'unavailable_error', code: 503 } }, 'upstream-failed'],
  ])('%i %o', (status, body, code) => {
    const error = reply(status, body);
    expect(error.code).toBe(code);
    expect(error.message).not.toMatch(/too long|validation|Loading model|does not support assistant/);
  });
});

describe('an abort call', () => {
  it('is given up when nobody answers, and never fails', async () => {
    const clock = createManualClock();
    let signal: AbortSignal | null | undefined;
    let body: unknown;
    const endpoint = endpointOf({
      clock,
      fetch: (_url, init) => {
        ({ signal, body } = init ?? {});
        return new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(new Error('given up')));
        });
      },
    });
    sendAbort(endpoint, '/abort_request', 'r1');
    expect(body).toBe('{"rid":"r1"}');
    clock.advance(1_000);
    expect(signal?.aborted).toBe(true);
    await new Promise(setImmediate);
    expect(clock.pending).toBe(0);
  });
});

describe('a JSON reply', () => {
  const post = (fetch: typeof globalThis.fetch) =>
    postJson(endpointOf({ fetch }), { path: '/tokenize', body: {}, signal: new AbortController().signal });
  const json = { headers: { 'content-type': 'application/json' } };

  it('is read whole', async () => {
    expect(await post(async () => new Response('{"tokens":[1,2]}', json))).toEqual({ tokens: [1, 2] });
  });

  it('fails like any other', async () => {
    await expect(post(async () => new Response('secret', json))).rejects.toMatchObject({
      code: 'upstream-failed',
      message: expect.not.stringContaining('secret'),
    });
    await expect(post(async () => new Response('{}', { status: 404 }))).rejects.toMatchObject({
      code: 'upstream-rejected',
    });
  });
});
