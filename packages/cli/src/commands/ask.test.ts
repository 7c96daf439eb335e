import { existsSync } from 'node:fs';
import { DEFAULT_ANSWER, startScriptedServer } from '@stream-aligner/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCommand, scriptedConfiguration, startCommand, temporaryFile } from '../testing/run-command.ts';

const PI = 'The second one says 3.14 in passing.';
const REWRITTEN = DEFAULT_ANSWER.replace(PI, 'Pi is about 3.14159.');

async function scripted(options: Record<string, unknown> = {}) {
  const server = await startScriptedServer({
    aligner: ({ draft }) => (draft === PI ? 'Pi is about 3.14159.' : draft),
  });
  onTestFinished(() => server.close());
  return { server, config: await scriptedConfiguration(server.baseUrl, options) };
}

describe('ask', () => {
  it('prints the answer alone when its output is piped', async () => {
    const { config } = await scripted();
    const result = await runCommand(['ask', '--config', config, 'What', 'is', 'it?']);
    expect(result).toEqual({ code: 0, stdout: `${REWRITTEN}\n`, stderr: '' });
  });

  it('takes the question from the standard input, and the configuration from the environment', async () => {
    const { config, server } = await scripted();
    const result = await runCommand(['ask', '--raw'], {
      input: 'What is it?\n',
      env: { STREAM_ALIGNER_CONFIG: config },
    });
    expect(result).toEqual({ code: 0, stdout: `${DEFAULT_ANSWER}\n`, stderr: '' });
    expect(server.requests.map(({ question }) => question)).toEqual(['What is it?']);
  });

  it('prints one JSON object with every sentence', async () => {
    const { config } = await scripted();
    const { code, stdout } = await runCommand(['ask', '--json', '--config', config, 'What is it?']);
    expect(code).toBe(0);
    const report: unknown = JSON.parse(stdout);
    expect(report).toMatchObject({
      model: 'main',
      upstream: 'scripted',
      aligner: 'scripted',
      text: REWRITTEN,
      finishReason: 'stop',
      counts: { kept: 3, rewritten: 1, restarts: 1 },
      timings: { total: expect.any(Number) },
      sentences: [
        { draft: 'The first sentence stands.', text: 'The first sentence stands.', action: 'keep' },
        { draft: PI, text: 'Pi is about 3.14159.', action: 'rewrite' },
        { action: 'keep' },
        { action: 'keep' },
      ],
    });
  });

  it.each([
    [['--rounds', '1'], DEFAULT_ANSWER],
    [['--rounds', '2', '--then', 'stop'], 'The first sentence stands. Pi is about 3.14159.'],
    [['--rounds', '0'], DEFAULT_ANSWER],
    [['--lookahead', '0'], REWRITTEN],
    [['--model', 'raw'], DEFAULT_ANSWER],
  ])('with %j', async (flags, text) => {
    const { config } = await scripted();
    const { stdout } = await runCommand(['ask', '--config', config, ...flags, 'What is it?']);
    expect(stdout).toBe(`${text}\n`);
  });

  it('passes temperature and seed on', async () => {
    const { config, server } = await scripted();
    await runCommand([
      'ask',
      '--config',
      config,
      '--temperature',
      '0.7',
      '--seed',
      '3',
      '--raw',
      'What is it?',
    ]);
    expect(server.requests[0]?.body).toMatchObject({ temperature: 0.7, seed: 3 });
  });

  it('fails with what happened, without a stack, and keeps what was said', async () => {
    const { config } = await scripted({ upstream: 'cut@8' });
    const plain = await runCommand(['ask', '--config', config, 'What is it?']);
    expect(plain.code).toBe(1);
    expect(plain.stdout).toContain('The first sentence stands.');
    expect(plain.stderr).toMatch(/^stream-aligner: The upstream at http:\S+ ended its answer/);
    expect(plain.stderr).not.toMatch(/\n\s+at /);
    const json = await runCommand(['ask', '--json', '--config', config, 'What is it?']);
    expect([json.code, JSON.parse(json.stdout)]).toEqual([
      1,
      { error: { code: 'upstream-truncated', message: expect.any(String) } },
    ]);
    const debug = await runCommand(['--debug', 'ask', '--config', config, 'What is it?']);
    expect(debug.stderr).toMatch(/\n\s+at /);
  });

  it('stops the models at Ctrl-C and exits with 130', async () => {
    const { config, server } = await scripted({ upstream: 'stall@8' });
    const { child, ended, until } = startCommand(['ask', '--config', config, 'What is it?']);
    await until(/stands\./);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    await server.until(({ openRequests }) => openRequests === 0);
    expect(server.requests.some(({ state }) => state === 'aborted')).toBe(true);
  });

  it('ends quietly when nobody reads its output any more', async () => {
    const { config, server } = await scripted({ upstream: 'slow' });
    const { child, ended, until, stderr } = startCommand(['ask', '--raw', '--config', config, 'What is it?']);
    await server.until(({ requests }) => requests.length === 1);
    server.step(4);
    await until(/The/);
    child.stdout.destroy();
    server.step(3);
    await server.until(({ requests }) => requests[0]?.state !== 'open');
    expect(await ended).toBe(0);
    expect(stderr()).toBe('');
  });

  it('asks the upstream alone with --raw, whatever the configuration says of rounds', async () => {
    const { server } = await scripted();
    const config = await scriptedConfiguration(server.baseUrl, {}, { rounds: 1, then: 'stop' });
    const { code, stdout } = await runCommand(['ask', '--raw', '--config', config, 'What is it?']);
    expect([code, stdout]).toEqual([0, `${DEFAULT_ANSWER}\n`]);
  });

  it.skipIf(!existsSync('/dev/full')).each([
    [['ask', '--raw'], true],
    [['ask', '--json'], false],
  ])('%j stops the models when its output cannot be written', async (args, early) => {
    const { config, server } = await scripted({ upstream: early ? 'slow' : 'scripted' });
    const { ended, stderr } = startCommand([...args, '--config', config, 'What is it?'], {
      stdout: '/dev/full',
    });
    if (early) {
      await server.until(({ requests }) => requests.length === 1);
      server.step(5);
    }
    expect(await ended).toBe(1);
    expect(stderr()).toMatch(/^stream-aligner: Cannot write the output \(ENOSPC\): .*\n$/);
    await server.until(({ openRequests }) => openRequests === 0);
  });

  it.skipIf(!existsSync('/dev/full'))('says so of its help, too', async () => {
    const { ended, stderr } = startCommand(['--help'], { stdout: '/dev/full' });
    expect(await ended).toBe(1);
    expect(stderr()).toMatch(/^stream-aligner: Cannot write the output \(ENOSPC\)/);
  });

  it.each([
    [['ask'], /There is no question/],
    [['ask', '--model', 'nope', 'x'], /no model of the requested name.*served: tiny-aligned, tiny/],
    [['ask', '--rounds', 'many', 'x'], /whole number/],
    [['ask', '--temperature', '3', 'x'], /from 0 to 2/],
    [['ask', '--then', 'go', 'x'], /continue, stop/],
    [['ask', '--colour', 'x'], /unknown option/],
    [['ask', '--model', 'tiny', '--rounds', '2', 'x'], /has no aligner/],
    [['ask', '--model', 'tiny', '--then', 'stop', 'x'], /has no aligner/],
    [['ask', '--raw', '--rounds', '2', 'x'], /'--raw' cannot be used with option '--rounds/],
    [['ask', '--raw', '--then', 'stop', 'x'], /'--raw' cannot be used with option '--then/],
    [['sing'], /unknown command/],
  ])('%j is wrong usage', async (args, message) => {
    const { code, stdout, stderr } = await runCommand(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });

  it.each([
    [
      'models:\n  main: { upstrem: tiny }\n',
      /models\.main\.upstrem: unknown key "upstrem"; did you mean "upstream"\?/,
    ],
    [
      'upstreams:\n  u: { type: local, modelPath: none.gguf }\nmodels:\n  main: { upstream: u }\n',
      /none\.gguf/,
    ],
  ])('a configuration that does not work is explained (%#)', async (text, message) => {
    const config = await temporaryFile('gateway.yaml', text);
    const { code, stderr } = await runCommand(['ask', '--config', config, 'x']);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('a damaged model file is named', async () => {
    const model = await temporaryFile('broken.gguf', 'GGUF and then nonsense');
    const config = await temporaryFile(
      'gateway.yaml',
      JSON.stringify({
        upstreams: { u: { type: 'local', modelPath: model } },
        models: { main: { upstream: 'u' } },
      }),
    );
    const { code, stderr } = await runCommand(['ask', '--config', config, 'x']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/model file \S+broken\.gguf cannot be used/);
  });
});
