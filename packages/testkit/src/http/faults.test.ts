import { afterEach, describe, expect, it } from 'vitest';
import { scriptAnswers } from './script.ts';
import { type ScriptedServer, type ScriptedServerOptions, startScriptedServer } from './scripted-server.ts';

let server: ScriptedServer;
afterEach(() => server.close());

const answer = 'One 猫 here. Two 👍🏽 there. Three.';

async function start(options: ScriptedServerOptions = {}) {
  server = await startScriptedServer({ upstream: scriptAnswers({ 'Why?': answer }), ...options });
}

function post(model: string, content = 'Why?', signal?: AbortSignal): Promise<Response> {
  const messages = [{ role: 'user', content }];
  return fetch(`${server.baseUrl}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model, messages, stream: true, stream_options: { include_usage: true } }),
    ...(signal && { signal }),
  });
}

/** The reads of a reply until it ends, breaks or holds `until`, and how it ended. */
async function read(response: Response, until?: string) {
  const chunks: Uint8Array[] = [];
  const bytes = () => Buffer.concat(chunks);
  const reader = response.body?.getReader();
  let end = 'clean';
  try {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      chunks.push(part.value);
      if (until !== undefined && bytes().toString().includes(until)) end = 'left';
      if (end === 'left') break;
    }
  } catch {
    end = 'broken';
  }
  await reader?.cancel().catch(() => {});
  return { text: bytes().toString(), bytes: bytes(), reads: chunks.length, end };
}

function contentOf(text: string): string {
  const events = text.split(/\r?\n\r?\n/).flatMap((event) => /^data: (\{.*)/m.exec(event)?.[1] ?? []);
  return events.map((data) => JSON.parse(data).choices[0]?.delta?.content ?? '').join('');
}

describe('error frames of servers', () => {
  it.each([
    ['error-mid@1', /"error":\{"message":"It broke.".*\n\ndata: \[DONE\]\n\n$/s],
    ['error-bare@1', /data: \{"error":\{"code":500,"message":"It broke.","type":"server_error"\}\}\n\n$/],
    ['error-finish@1', /"finish_reason":"error"\}\],"error":\{"code":502.*\n\ndata: \[DONE\]\n\n$/s],
    ['error-typed@1', /data: \{"error":"It broke.","error_type":"generation"\}\n\n$/],
    ['error-word@1', /data: \{"error":"It broke."\}\n\n$/],
    [
      'error-event@1',
      /\nevent: error\ndata: \{"type":"error","error":\{"type":"overloaded_error".*\}\}\n\n$/,
    ],
    ['abort@1', /"finish_reason":"abort"\}\]\}\n\ndata: \[DONE\]\n\n$/],
  ])('%s', async (model, ending) => {
    await start();
    const { text, end } = await read(await post(model));
    expect(text).toMatch(ending);
    expect(text).not.toContain('"finish_reason":"stop"');
    expect(end).toBe('clean');
    expect(server.requests[0]).toMatchObject({ text: 'One', finish: null });
  });

  it('statuses come with or without a time to come back at', async () => {
    await start();
    const headers = async (model: string) => {
      const response = await post(model);
      await response.text();
      return [response.status, response.headers.get('retry-after')];
    };
    expect(await headers('error-first@429')).toEqual([429, '2']);
    expect(await headers('error-first@429+no-retry-after')).toEqual([429, null]);
    expect(await headers('error-first@503')).toEqual([503, null]);
    expect(await headers('error-first@503+retry-after@7')).toEqual([503, '7']);
  });
});

describe('breaks in the middle of an event', () => {
  it.each([
    ['cut', 'clean'],
    ['reset', 'broken'],
  ])('%s after half a character', async (name, end) => {
    await start();
    const result = await read(await post(`${name}@1+torn`));
    expect(result.end).toBe(end);
    // The first byte of 猫 alone.
    expect(result.bytes.at(-1)).toBe(0xe7);
    expect(server.requests[0]?.text).toBe('One');
  });

  it('an event that drips is whole in the end', async () => {
    await start();
    const { text, reads } = await read(await post('drip@2'));
    expect(contentOf(text)).toBe(answer);
    expect(reads).toBeGreaterThan(20);
  });

  it('a comment that never ends lasts until the client leaves', async () => {
    await start();
    expect((await read(await post('loris@1'), ':::::')).end).toBe('left');
    await server.until(({ openRequests }) => openRequests === 0);
    expect(server.requests[0]).toMatchObject({ text: 'One', state: 'aborted' });
  });
});

describe('odd borders', () => {
  it('deltas are cut inside surrogate pairs, and nothing is lost', async () => {
    await start();
    const { text } = await read(await post('odd-deltas'));
    expect(text).toMatch(/\\ud83[cd]"/);
    expect(contentOf(text)).toBe(answer);
    expect(server.requests[0]?.text).toBe(answer);
  });

  it('writes are cut inside characters and line ends', async () => {
    await start();
    const { text, reads } = await read(await post('odd-writes+crlf'));
    expect(contentOf(text)).toBe(answer);
    expect(text.endsWith('data: [DONE]\r\n\r\n')).toBe(true);
    expect(reads).toBeGreaterThan(20);
  });

  it('events without text come twice', async () => {
    await start();
    const { text } = await read(await post('twice'));
    expect(contentOf(text)).toBe(answer);
    for (const bare of ['"role":"assistant"', '"finish_reason":"stop"', '"prompt_tokens"', '[DONE]'])
      expect(text.split(bare).length - 1, bare).toBe(2);
  });
});

it('an endless reply repeats itself until the client leaves', async () => {
  await start();
  const { end } = await read(await post('endless'), `${answer}"},"finish_reason":null}]}\n\ndata: {`);
  expect(end).toBe('left');
  await server.until(({ openRequests }) => openRequests === 0);
});

it('a server that dies takes its other connections along and listens no more', async () => {
  await start();
  const other = await post('stall@1');
  const dying = await post('dies@1');
  expect((await read(dying)).end).toBe('broken');
  expect((await read(other)).end).toBe('broken');
  expect(server.requests.map(({ state }) => state)).toEqual(['reset', 'reset']);
  await expect(post('scripted')).rejects.toThrow('fetch failed');
});

it('a second attempt may go otherwise than the first, and an aligner otherwise than an upstream', async () => {
  const draft = '##Question: Why? | ##Answer_Prefix: One. | ##Answer_Last_Sentence: Two. | ##Your_Revision: ';
  const seen: unknown[] = [];
  await start({
    behave: ({ index, ...arrived }) => {
      seen.push(arrived);
      return index === 0 ? 'error-first@503' : arrived.party === 'aligner' ? 'length@0' : undefined;
    },
  });
  expect((await post('scripted')).status).toBe(503);
  expect(contentOf((await read(await post('hesitant@1'))).text)).toBe(answer);
  expect((await read(await post('scripted', draft))).text).toContain('"finish_reason":"length"');
  expect(server.requests[1]?.finish).toBe('stop');
  expect(seen).toMatchObject([
    { party: 'upstream', model: 'scripted', question: 'Why?', prefix: '', draft: '' },
    { party: 'upstream', model: 'hesitant@1' },
    { party: 'aligner', question: 'Why?', prefix: 'One.', draft: 'Two.' },
  ]);
});

it('idle connections can be closed, and what stays open is in use', async () => {
  await start();
  await (await post('scripted')).text();
  const busy = new AbortController();
  const response = await post('stall@1', 'Why?', busy.signal);
  server.closeIdle();
  await server.until(({ openSockets }) => openSockets === 1);
  await read(response, 'One');
  busy.abort();
  await server.until(({ openSockets }) => openSockets === 0);
});
