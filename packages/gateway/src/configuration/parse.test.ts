import { StreamAlignerError } from '@stream-aligner/core';
import { describe, expect, it } from 'vitest';
import { parseConfiguration } from './parse.ts';

const good = `
server:
  port: \${PORT:-9001}
  keys: ['\${GATEWAY_KEY}']
upstreams:
  big:
    type: openai-compatible
    baseUrl: http://127.0.0.1:8080/v1
    model: big-model
    apiKey: \${BIG_KEY:-none}
aligners:
  small:
    type: openai-compatible
    baseUrl: http://127.0.0.1:8081/v1
    model: small-model
    contract: instruct
    policy: |
      Keep what is right.
models:
  aligned:
    upstream: big
    aligner: small
    rounds: 3
    then: stop
    exempt: [code, table]
  plain:
    upstream: tiny
`;

it('needs no model to serve where models are used by their names', () => {
  const text = 'aligners: { small: { type: vllm, model: m, contract: instruct, price: { output: 2 } } }';
  expect(() => parseConfiguration({ text, env: {} })).toThrow('models:');
  const { models, aligners } = parseConfiguration({ text, env: {}, serves: false });
  expect(models).toEqual({});
  expect(aligners['small']).toMatchObject({ price: { input: 0, output: 2 } });
});

describe('a configuration', () => {
  it('is read with its defaults and the environment’s secrets', () => {
    const { server, upstreams, models } = parseConfiguration({
      text: good,
      env: { GATEWAY_KEY: 'sk-secret-1' },
    });
    expect(server).toMatchObject({
      port: 9001,
      keys: ['sk-secret-1'],
      heartbeatMs: 15_000,
      maxConcurrent: 1000,
    });
    expect(upstreams['big']).toMatchObject({ apiKey: 'none', probe: 'never' });
    expect(models['aligned']).toEqual({
      upstream: 'big',
      aligner: 'small',
      rounds: 3,
      then: 'stop',
      exempt: ['code', 'table'],
      overrides: 'tighten',
    });
  });

  it('names every mistake at once, with its path and a hint', () => {
    const message = mistakesIn(`
server:
  port: 70000
  maxConcurent: 5
upstreams:
  big: { type: openai-compatible, baseUrl: localhost:8080, model: m }
  odd: { type: magic }
models:
  main:
    upstream: bg
    aligner: tiny
    rounds: -1
    onAlignerFailure: ignore
    lookahed: 1
    seed: 3
    deadlines: { corection: 5 }
`);
    expect(message).toBe(
      `The configuration has 10 mistakes:
  server.port: expected a port between 0 and 65535
  server.maxConcurent: unknown key "maxConcurent"; did you mean "maxConcurrent"?
  upstreams.big.baseUrl: expected an http or https address, for example http://127.0.0.1:8080/v1
  upstreams.odd.type: expected a \`type\`: the kind of server (openai-compatible, vllm, sglang, llama-cpp, ollama, lm-studio, tgi, litellm, deepseek, mistral, openrouter, together, fireworks, anthropic, openai, azure-openai, gemini), local or tiny
  models.main.rounds: expected 0 or more
  models.main.onAlignerFailure: expected "block" or "pass"
  models.main.deadlines.corection: unknown key "corection"; did you mean "correction"?
  models.main.lookahed: unknown key "lookahed"; did you mean "lookahead"?
  models.main.seed: unknown key "seed"; known here: upstream, aligner, rounds, then, mode, lookahead, onAlignerFailure, reasoning, exempt, protect, retries, allowDelete, maxRestarts, maxSegmentLength, recovery, budget, deadlines, overrides, traces
  models.main.upstream: there is no upstream "bg" under upstreams; did you mean "big"?`,
    );
  });

  it('words wrong types for people', () => {
    const message = mistakesIn(`
server:
  host: 5
  maxConcurrent: many
  drainMs: 1.5
  keys: all
upstreams:
  big: { type: openai-compatible, baseUrl: 'http://localhost/v1', cancelStopsBilling: 'no' }
models:
  main: { upstream: tiny, aligner: '', exempt: [poetry], maxSegmentLength: 3, retries: 11 }
`);
    expect(message.split('\n').slice(1)).toEqual([
      '  server.host: expected text, got a number',
      '  server.keys: expected a list, got text',
      '  server.maxConcurrent: expected a number, got text',
      '  server.drainMs: expected a whole number',
      '  upstreams.big.model: expected text, but it is missing',
      '  upstreams.big.cancelStopsBilling: expected true or false, got text',
      '  models.main.aligner: expected at least 1 character',
      '  models.main.exempt[0]: expected "prose", "heading", "list-item", "table", "code", "math" or "json"',
      '  models.main.retries: expected 10 or less',
      '  models.main.maxSegmentLength: expected 64 or more',
    ]);
  });

  it.each([
    ['rounds: 2', 'rounds'],
    ['then: stop', 'then'],
    ['mode: shadow', 'mode'],
  ])('%s needs an aligner', (option, path) => {
    expect(mistakesIn(`models: { main: { upstream: tiny, ${option} } }`)).toBe(
      `The configuration has a mistake:\n  models.main.${path}: the model has no aligner, so nothing is judged; name an \`aligner\`, or leave ${path} out`,
    );
  });

  it('does not let an answer stop before it begins', () => {
    expect(
      mistakesIn('models: { main: { upstream: tiny, aligner: tiny, rounds: 0, then: stop } }'),
    ).toContain(
      'models.main.then: with 0 rounds nothing would be answered; raise rounds, or set then to "continue"',
    );
  });

  it('takes the size of the embedded pair', () => {
    const { upstreams, aligners } = parseConfiguration({
      text: `
upstreams: { small: { type: tiny, sequences: 2, maxQueue: 0 } }
aligners: { small: { type: tiny, sequences: 2 } }
models: { main: { upstream: small, aligner: small } }
`,
      env: {},
    });
    expect([upstreams, aligners]).toEqual([
      { small: { type: 'tiny', sequences: 2, maxQueue: 0 } },
      { small: { type: 'tiny', sequences: 2 } },
    ]);
  });

  it('knows the kinds of servers: their addresses, and how they can be continued', () => {
    const message = mistakesIn(`
upstreams:
  azure: { type: azure-openai, model: m }
  mistral: { type: mistral, model: m, continuation: flags }
  openai: { type: openai, model: m, continuationPrompt: Go on. }
aligners:
  judge: { type: openai, model: m, contract: instruct, copyCheck: vllm, policy: Be good., policyFile: p.txt }
  trained: { type: vllm, model: m, contract: stream-aligner, policy: Be good. }
models:
  main: { upstream: [azure, mistrial], aligner: [judge, trained, jugde] }
`);
    expect(message.split('\n').slice(1)).toEqual([
      '  upstreams.azure.baseUrl: Azure OpenAI has no usual address; give one, for example https://YOUR-RESOURCE.openai.azure.com/openai/v1',
      '  upstreams.mistral.continuation: Mistral cannot be continued this way; it takes: prefix, emulated, none',
      '  upstreams.openai.continuationPrompt: write {prefix} where the answer so far belongs',
      '  aligners.judge.policyFile: a policy is given already; keep one of the two',
      '  aligners.judge.copyCheck: with the contract "instruct" nothing is copied; leave it out',
      '  aligners.trained.policy: only the contract "instruct" reads a policy; the others were trained on theirs',
      '  models.main.upstream[1]: there is no upstream "mistrial" under upstreams; did you mean "mistral"?',
      '  models.main.aligner[2]: there is no aligner "jugde" under aligners; did you mean "judge"?',
    ]);
  });

  it('says which environment variable is missing, and takes an escaped reference as text', () => {
    const message = mistakesIn(`
upstreams:
  big: { type: openai-compatible, baseUrl: 'http://localhost/v1', model: '$\${m}', apiKey: '\${NO_SUCH_KEY}' }
models: { main: { upstream: big } }
`);
    expect(message).toContain('upstreams.big.apiKey: the environment variable NO_SUCH_KEY is not set');
    expect(message).not.toContain('upstreams.big.model');
  });

  it('says where YAML goes wrong', () => {
    expect(mistakesIn('models:\n  main: {upstream: tiny\n')).toMatch(/line \d+, column \d+:/);
    expect(mistakesIn('models: {}\nmodels: {}\n')).toMatch(/line 2/);
  });

  it.each(['', '- a', 'models: {}', 'models: 3', 'just text'])('refuses %j', (text) => {
    expect(mistakesIn(text)).toMatch(/The configuration has/);
  });
});

function mistakesIn(text: string): string {
  try {
    parseConfiguration({ text, env: {} });
  } catch (error) {
    if (StreamAlignerError.isInstance(error) && error.code === 'configuration') return error.message;
    throw error;
  }
  throw new Error('no mistake was found');
}
