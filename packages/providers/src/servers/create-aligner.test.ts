import { startContractServer, startScoringServer, startScriptedServer } from '@stream-aligner/testkit';
import { expect, it, onTestFinished } from 'vitest';
import { type AlignerOptions, createAligner } from './create-aligner.ts';

const messages = [{ role: 'user' as const, content: 'Why?' }];

async function judge(options: AlignerOptions) {
  const { signal } = new AbortController();
  const session = await createAligner(options).open({ messages, signal });
  onTestFinished(() => session.close());
  return session.correct({ prefix: '', draft: 'So it is.', kind: 'prose', signal });
}

it('checks copies by default where the kind of server can', async () => {
  const server = await startScoringServer({ wire: 'vllm' });
  onTestFinished(() => server.close());
  const options = {
    type: 'vllm',
    baseUrl: server.baseUrl,
    model: 'copier',
    contract: 'stream-aligner',
  } as const;
  expect(await judge(options)).toMatchObject({ text: 'So it is.', by: 'copy-check' });
  expect(await judge({ ...options, copyCheck: 'off' })).toMatchObject({ by: 'decoding' });
  // A default gives way to what it cannot be combined with; a wish does not.
  expect(() => createAligner({ ...options, body: { temperature: 0.5 } })).not.toThrow();
  expect(() => createAligner({ ...options, copyCheck: 'vllm', body: { temperature: 0.5 } })).toThrow(
    /cannot be combined/,
  );
});

it.each([
  ['mistral', {}, ['stream_options']],
  ['openai', { max_completion_tokens: expect.any(Number) }, ['max_tokens']],
  ['sglang', { chat_template_kwargs: { enable_thinking: false } }, []],
  ['ollama', { reasoning_effort: 'none' }, []],
] as const)('asks %s in its own words', async (type, has, lacks) => {
  const server = await startContractServer({ type, script: () => 'KEEP' });
  onTestFinished(() => server.close());
  const verdict = await judge({
    type,
    baseUrl: server.baseUrl,
    model: 'scripted',
    apiKey: 'key',
    contract: 'instruct',
  });
  expect(verdict.text).toBe('So it is.');
  const [request] = server.requests;
  expect(request?.body).toMatchObject(has);
  for (const field of lacks) expect(request?.body).not.toHaveProperty(field);
});

it('names an address to give where a kind of server has no usual one', () => {
  expect(() => createAligner({ type: 'azure-openai', model: 'm', contract: 'instruct' })).toThrow(
    /Azure OpenAI has no usual address. Set `baseUrl`/,
  );
});

it.each([
  ['azure-openai', { 'api-key': 'secret' }],
  ['llama-cpp', { connection: 'close' }],
  ['anthropic', { authorization: 'Bearer secret' }],
] as const)('speaks to %s as it wants to be spoken to', async (type, headers) => {
  const server = await startScriptedServer();
  onTestFinished(() => server.close());
  await judge({ type, baseUrl: server.baseUrl, model: 'scripted', apiKey: 'secret', contract: 'instruct' });
  expect(server.requests[0]?.headers).toMatchObject(headers);
});
