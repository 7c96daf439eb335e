import { startScriptedServer } from '@stream-aligner/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCommand, scriptedConfiguration, startCommand, temporaryFile } from '../testing/run-command.ts';

async function scripted(upstream = 'scripted') {
  const server = await startScriptedServer();
  onTestFinished(() => server.close());
  return { server, config: await scriptedConfiguration(server.baseUrl, { upstream }) };
}

const chat = (url: string, stream: boolean) =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model: 'main', stream, messages: [{ role: 'user', content: 'What is it?' }] }),
  });

describe('serve', () => {
  it('says what it serves and how to try it, answers, and stops at Ctrl-C when answers are done', async () => {
    const { config, server } = await scripted('slow');
    const { child, ended, until, stdout, stderr } = startCommand([
      'serve',
      '--config',
      config,
      '--port',
      '0',
    ]);
    const [, url = ''] = await until(/ at (http:\S+)[\s\S]*Ctrl-C stops/);
    expect(stdout()).toMatch(/ {2}main {2}big, aligned by small\n {2}raw {3}big, not aligned/);
    expect(stdout()).toContain(`curl -N ${url}/v1/chat/completions`);
    const response = chat(url, true);
    await server.until(({ requests }) => requests.length === 1);
    child.kill('SIGINT');
    await new Promise<void>((resolve) => {
      child.stderr.on('data', () => {
        if (stderr().includes('Stopping')) resolve();
      });
    });
    server.step(100);
    expect(await (await response).text()).toContain('[DONE]');
    expect(await ended).toBe(0);
  });

  it('listens where flags say, else the environment, else the configuration', async () => {
    const { config } = await scripted();
    const env = { PORT: '0', HOST: 'localhost' };
    const { until } = startCommand(['serve', '--config', config, '--host', '127.0.0.1'], { env });
    expect((await until(/ at (http:\S+)/))[1]).toMatch(/^http:\/\/127\.0\.0\.1:(?!8787)\d+$/);
  });

  it('names a busy port and what to do', async () => {
    const { config, server } = await scripted();
    const { port } = new URL(server.baseUrl);
    const { code, stdout, stderr } = await runCommand(['serve', '--config', config, '--port', port]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(new RegExp(`port ${port} is already in use.*--port`));
  });

  it('names a model file that is missing, and stops', async () => {
    const config = await temporaryFile(
      'stream-aligner.yaml',
      'upstreams: { u: { type: local, modelPath: ./none.gguf } }\nmodels: { main: { upstream: u } }\n',
    );
    const { code, stderr } = await runCommand(['serve', '--port', '0', '--config', config]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/model file \S+none\.gguf cannot be read/);
  });

  it.each([
    [['--port', '99999'], {}, 2],
    [['--config', '/no/such/file.yaml'], {}, 1],
    [[], { PORT: 'http' }, 1],
  ])('%j with %j ends with %i', async (args, env, expected) => {
    const { code, stderr } = await runCommand(['serve', ...args], { env });
    expect(code).toBe(expected);
    expect(stderr).toMatch(/port|cannot be read/i);
  });
});
