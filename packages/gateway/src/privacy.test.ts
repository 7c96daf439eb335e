import { describe, expect, it } from 'vitest';
import { recordSpans } from './testing/recorded-spans.ts';
import { ask, startScriptedGateway } from './testing/scripted-gateway.ts';

const secret = 'xyzzy-private';
const key = 'sk-the-key-of-the-gateway';

/** Everything that can go right or wrong, by the names of upstream and aligner. */
const models: Record<string, { upstream: string; aligner?: string; [option: string]: unknown }> = {
  main: { upstream: 'scripted' },
  tool: { upstream: 'tool-call' },
  thinking: { upstream: 'reasoning', reasoning: 'pass' },
  shadow: { upstream: 'echo', mode: 'shadow' },
  cut: { upstream: 'cut@3' },
  garbage: { upstream: 'garbage@3' },
  reset: { upstream: 'reset@3' },
  reported: { upstream: 'error-mid@3' },
  hidden: { upstream: 'error-chunk@3' },
  unfinished: { upstream: 'no-finish' },
  rejected: { upstream: 'rejects-prefix' },
  refused: { upstream: 'error-first@400' },
  forbidden: { upstream: 'error-first@401' },
  busy: { upstream: 'error-first@429' },
  broken: { upstream: 'error-first@500' },
  full: { upstream: 'overflow' },
  whole: { upstream: 'plain-only' },
  unparsable: { upstream: 'scripted', aligner: 'chatty' },
  passed: { upstream: 'scripted', aligner: 'empty', onAlignerFailure: 'pass' },
  judge: { upstream: 'scripted', aligner: 'error-mid@1' },
};

/** Requests that hold the secret in every place there is, and what is wrong with each. */
function requestsTo(model: string): [path: string, body: unknown][] {
  const messages = [
    { role: 'system', content: `Know ${secret}.`, name: secret },
    { role: 'user', content: [{ type: 'text', text: `Where is ${secret}?`, [secret]: secret }] },
  ];
  const tools = [
    { type: 'function', function: { name: secret, description: secret, parameters: { [secret]: secret } } },
  ];
  const chat = ask(model, { messages, tools, stop: [secret, 'never said'], user: secret, [secret]: secret });
  const wrong = [
    { messages: [{ role: secret, content: secret }] },
    { messages: [{ role: 'user', content: [{ type: 'text', text: { [secret]: 1 } }] }] },
    { temperature: secret, stop: [secret, 1], max_tokens: secret },
    { n: 2 },
    { logprobs: true },
    { modalities: [secret] },
    { stop: [secret, '2', '3', '4', '5'] },
    { stream_aligner: { [secret]: secret } },
    { stream_aligner: { lookahead: secret } },
    { stream_aligner: { mode: 'shadow', trace: secret } },
    { model: secret },
    { api_base: `http://${secret}.example` },
    { chat_template_kwargs: { tokenize: secret } },
    { messages: [...messages, { role: 'assistant', content: secret, tool_calls: [{ [secret]: 1 }] }] },
  ];
  const respond = {
    model,
    input: messages.map(({ role }) => ({ role, content: secret })),
    instructions: secret,
  };
  const wrongThere = [
    { input: [{ type: secret }] },
    { input: [{ role: 'user', content: [{ type: 'input_image', file_id: secret }] }] },
    { metadata: { [secret]: 1 } },
    { tools: [{ type: secret, name: secret }] },
    { tool_choice: { type: secret } },
    { text: { format: { type: secret } } },
    { previous_response_id: secret },
    { truncation: secret },
  ];
  return [
    ['/v1/chat/completions', chat],
    ['/v1/chat/completions', { ...chat, stream: true }],
    ['/v1/responses', respond],
    ['/v1/responses', { ...respond, stream: true }],
    ['/v1/chat/completions', `{"model": "${model}", "${secret}`],
    [`/v1/chat/completions/${secret}`, chat],
    ...(model === 'main'
      ? wrong.map((fields) => ['/v1/chat/completions', { ...chat, ...fields }] as [string, unknown])
      : []),
    ...(model === 'main'
      ? wrongThere.map((fields) => ['/v1/responses', { ...respond, ...fields }] as [string, unknown])
      : []),
  ];
}

describe('nothing of what users and models say, and no key, gets into logs, metrics, spans or errors', () => {
  it.each(Object.keys(models))('for a model that is %s', async (model) => {
    const lines: unknown[] = [];
    const write = (...line: unknown[]) => void lines.push(line);
    const spans = recordSpans();
    const gateway = await startScriptedGateway({
      models,
      server: { keys: [key] },
      scripts: {
        upstream: () => `The ${secret} is here. It stays.`,
        aligner: ({ draft }) => (draft.includes('stays') ? draft : `${draft} Or ${secret} is not.`),
      },
      log: { info: write, warn: write, error: write },
    });
    const errors: string[] = [];
    for (const [path, body] of requestsTo(model)) {
      for (const bearer of [key, `sk-${secret}`]) {
        const request = new Request(`http://g${path}?${secret}=${secret}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${bearer}`, 'x-secret': secret, cookie: secret },
          body: typeof body === 'string' ? body : JSON.stringify(body),
        });
        const text = await (await gateway.fetch(request)).text();
        errors.push(...errorsIn(text));
      }
    }
    const authorization = { headers: { authorization: `Bearer ${key}` } };
    const metrics = await (await gateway.fetch(new Request('http://g/metrics', authorization))).text();
    expect(lines.length).toBeGreaterThan(4);
    expect(errors.length).toBeGreaterThan(4);
    expect(spans.length).toBeGreaterThan(3);
    for (const [what, told] of Object.entries({ lines, errors, metrics, spans })) {
      const said = JSON.stringify(told);
      for (const word of [secret, key])
        expect(said.includes(word), `${word} in ${what}: ${said}`).toBe(false);
    }
    const names = new Set([...metrics.matchAll(/[{,]model="([^"]*)"/g)].map(([, name]) => name));
    expect([...names].filter((name) => name !== '' && !Object.hasOwn(models, String(name)))).toEqual([]);
  });
});

/** The error envelopes and failed responses in a reply, without the path that says which of its own fields was wrong. */
function errorsIn(text: string): string[] {
  const bodies = text
    .split('\n')
    .map((line) => line.replace(/^data: /, ''))
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { error?: object; response?: { error?: object } });
  return bodies
    .flatMap(({ error, response }) => [error, response?.error].filter((found) => found != null))
    .map((found) => JSON.stringify({ ...found, param: undefined }));
}
