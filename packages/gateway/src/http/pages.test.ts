import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { startScriptedGateway } from '../testing/scripted-gateway.ts';

const get = async (path: string, options: Parameters<typeof startScriptedGateway>[0] = {}, headers = {}) => {
  const gateway = await startScriptedGateway(options);
  return gateway.fetch(new Request(`http://g${path}`, { headers }));
};

/** The files that a page names. */
async function assetsOf(path: string): Promise<string[]> {
  const html = await (await get(path)).text();
  return [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, name = '']) => name);
}

it.each(['/', '/traces'])('serves the page %s to nobody but itself', async (path) => {
  const response = await get(path, { server: { keys: ['a-good-key'] } });
  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  const html = await response.text();
  expect(html).not.toMatch(/<style|style=|<script(?![^>]* src=)|https?:/);
});

it('serves what the pages are made of, to be kept for a year', async () => {
  const assets = [...(await assetsOf('/')), ...(await assetsOf('/traces'))];
  expect(assets.length).toBeGreaterThan(6);
  for (const path of assets) {
    const response = await get(path);
    expect(response.status, path).toBe(200);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('content-type')).toMatch(/^(text\/(javascript|css)|image\/svg)/);
  }
});

it('packs what a browser can unpack, and keeps both below 40 kB in all', async () => {
  let bytes = 0;
  for (const path of [
    '/',
    '/traces',
    ...new Set([...(await assetsOf('/')), ...(await assetsOf('/traces'))]),
  ]) {
    const packed = await get(path, {}, { 'accept-encoding': 'br, gzip' });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    const body = new Uint8Array(await packed.arrayBuffer());
    expect(gunzipSync(body).toString()).toBe(await (await get(path)).text());
    bytes += body.length;
  }
  expect(bytes).toBeLessThan(40_000);
});

it.each(['/assets/none.js', '/assets/..%2findex.html', '/assets/%2e%2e/index.html', '/index.html'])(
  'has nothing at %s',
  async (path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: 'not_found' } });
  },
);

it('has no pages where they are turned off', async () => {
  for (const path of ['/', '/traces', '/assets/x.js'])
    expect((await get(path, { server: { playground: false } })).status).toBe(404);
});

it('says of each model what a page has to know', async () => {
  const models = {
    main: { upstream: 'scripted' },
    raw: { upstream: 'scripted', aligner: null, overrides: 'none' },
  };
  const { data } = (await (await get('/v1/models', { models })).json()) as { data: unknown[] };
  expect(data).toEqual([
    expect.objectContaining({
      id: 'main',
      stream_aligner: { aligned: true, overrides: 'tighten', single_turn: false },
    }),
    expect.objectContaining({
      id: 'raw',
      stream_aligner: { aligned: false, overrides: 'none', single_turn: false },
    }),
  ]);
});
