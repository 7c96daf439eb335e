import { startScriptedServer } from '@stream-aligner/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Check } from '../doctor/check.ts';
import { runCommand, scriptedConfiguration, temporaryFile } from '../testing/run-command.ts';

async function doctor(options: Record<string, unknown>, continues = true) {
  const server = await startScriptedServer({
    upstream: ({ prefix }) => (continues && prefix ? '4,5,6,7,8,9' : '1,2,3,4,5,6,7,8,9'),
  });
  onTestFinished(() => server.close());
  const config = await scriptedConfiguration(server.baseUrl, options);
  const { code, stdout } = await runCommand(['doctor', '--json', '--config', config]);
  const report = JSON.parse(stdout) as { ok: boolean; checks: Check[] };
  return { code, ...report, upstream: report.checks.find(({ name }) => name === 'upstream big') };
}

describe('doctor', () => {
  it.each([
    [{}, 'continues', 'ok'],
    [{ upstream: 'doubled-prefix' }, 'echoes', 'ok'],
    [{ upstream: 'doubled-prefix', echo: 'never' }, 'echoes', 'failed'],
    [{ upstream: 'rejects-prefix' }, 'rejects', 'failed'],
    [{ upstream: 'reasoning+empty' }, 'thinks', 'failed'],
    [{ upstream: 'cut' }, 'unreachable', 'failed'],
    [{ upstream: 'error-first@401' }, 'unreachable', 'failed'],
    [{ upstream: 'empty' }, 'unclear', 'warning'],
  ])('finds how an upstream of %j continues: %s', async (options, continuation, status) => {
    const { code, ok, upstream } = await doctor(options);
    expect(upstream).toMatchObject({ continuation, status });
    expect([ok, code]).toEqual(status === 'failed' ? [false, 1] : [true, 0]);
  });

  it('finds an upstream that starts over', async () => {
    const { code, upstream } = await doctor({}, false);
    expect([code, upstream?.continuation]).toEqual([1, 'restarts']);
  });

  it('says that a server is down', async () => {
    const config = await scriptedConfiguration('http://127.0.0.1:9/v1');
    const { code, stdout } = await runCommand(['doctor', '--config', config]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ upstream big: .*could not be reached/);
    expect(stdout).toMatch(/✗ aligner small: .*could not be reached/);
    expect(stdout).toMatch(/✓ runtime/);
  });

  it('says when an aligner’s server does not support its copy check', async () => {
    const server = await startScriptedServer();
    onTestFinished(() => server.close());
    const aligner = `{ type: vllm, baseUrl: '${server.baseUrl}', model: scripted, contract: stream-aligner }`;
    const config = await temporaryFile(
      'g.yaml',
      `{ aligners: { small: ${aligner} }, models: { main: { upstream: tiny, aligner: small } } }`,
    );
    const { code, stdout } = await runCommand(['doctor', '--config', config]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/! aligner small: gives verdicts.*decoded whole.*copies cannot be checked/);
  });

  it('tells every mistake of a configuration', async () => {
    const config = await temporaryFile('g.yaml', 'models: { main: { upstream: none, rounds: x } }');
    const { code, stdout } = await runCommand(['doctor', '--config', config]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/models\.main\.rounds/);
    expect(stdout).toMatch(/there is no upstream "none"/);
  });
});
