import { type ContractServer, type ContractType, startContractServer } from '@stream-aligner/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { createUpstream, type UpstreamOptions } from '../servers/create-upstream.ts';
import { probeContinuation } from './probe-continuation.ts';

const servers: ContractServer[] = [];
afterAll(() => Promise.all(servers.map((server) => server.close())));

/** A model that counts on from a 3, and from the start after anything else. */
const counts = ({ prefix }: { prefix: string }) => (/3[,;]$/.test(prefix) ? '4,5,6,7' : '1,2,3,4,5');

async function probe(
  type: ContractType,
  options: Partial<UpstreamOptions> = {},
  {
    script = counts,
    mendsEcho = true,
  }: { script?: (request: { prefix: string }) => string; mendsEcho?: boolean } = {},
) {
  const server = await startContractServer({ type, script });
  servers.push(server);
  const { baseUrl } = server;
  const bare = { echo: 'never', junction: 'exact' } as const;
  const upstream = createUpstream({ baseUrl, model: 'plain', apiKey: 'key', ...bare, ...options, type });
  return probeContinuation(upstream, { mendsEcho });
}

describe('a probe finds', () => {
  it.each([
    ['vllm', {}],
    ['sglang', {}],
    ['llama-cpp', {}],
    ['llama-cpp', { continuation: 'token-ids' }],
    ['vllm', { continuation: 'token-ids' }],
    ['tgi', {}],
    ['deepseek', {}],
    ['openrouter', {}],
    ['anthropic', {}],
  ] as const)('%s %o continuing', async (type, options) => {
    expect(await probe(type, options)).toMatchObject({ status: 'ok', continuation: 'continues' });
  });

  it.each([
    ['llama-cpp', { continuation: 'trailing' }],
    ['lm-studio', {}],
    ['mistral', {}],
    ['ollama', { model: 'native' }],
  ] as const)('%s %o repeating the prefix', async (type, options) => {
    expect(await probe(type, options)).toMatchObject({ status: 'ok', continuation: 'echoes' });
    expect(await probe(type, options, { mendsEcho: false })).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('echo: detect'),
    });
  });

  it('a repetition also by a model that cannot count', async () => {
    const found = await probe('lm-studio', {}, { script: () => 'many' });
    expect(found).toMatchObject({ continuation: 'echoes' });
  });

  it('a model that begins again', async () => {
    expect(await probe('openrouter', { model: 'restarts' })).toMatchObject({
      status: 'failed',
      continuation: 'restarts',
    });
  });

  it('a prefix lost in a thought', async () => {
    const body = { chat_template_kwargs: { enable_thinking: true } };
    expect(await probe('sglang', { model: 'reasoning', body })).toMatchObject({
      status: 'failed',
      continuation: 'thinks',
    });
  });

  it('a model that refuses a prefix', async () => {
    expect(await probe('anthropic', { model: 'no-prefill' })).toMatchObject({
      status: 'failed',
      continuation: 'rejects',
      message: expect.stringContaining('emulated'),
    });
  });

  it('emulation and its absence, and says so', async () => {
    expect(await probe('openai')).toMatchObject({ status: 'warning', continuation: 'emulated' });
    expect(await probe('openai', { continuation: 'none' })).toMatchObject({
      status: 'warning',
      continuation: 'none',
    });
  });

  it('what is not clear', async () => {
    expect(await probe('vllm', {}, { script: () => 'Well' })).toMatchObject({
      status: 'warning',
      continuation: 'unclear',
    });
  });

  it('a wrong address, and silence', async () => {
    expect(await probe('vllm', { baseUrl: 'http://127.0.0.1:9/v1' })).toMatchObject({
      status: 'failed',
      continuation: 'unreachable',
    });
    const upstream = createUpstream({ type: 'vllm', model: 'plain' });
    const found = await probeContinuation(upstream, { signal: AbortSignal.abort() });
    expect(found).toMatchObject({ status: 'failed', continuation: 'silent' });
  });
});
