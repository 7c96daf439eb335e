import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseConfiguration } from './parse.ts';
import { readConfiguration } from './read.ts';

const parsed = (traces: string, env = {}) =>
  parseConfiguration({ text: `models: { main: { upstream: tiny } }\ntraces: ${traces}`, env });

describe('traces in a configuration', () => {
  it('are kept only where the section is', () => {
    expect(parseConfiguration({ text: 'models: { main: { upstream: tiny } }', env: {} })).not.toHaveProperty(
      'traces',
    );
    expect(parsed('{}').traces).toEqual({
      url: 'sqlite:stream-aligner-traces.db',
      keepDays: 30,
      texts: 'full',
      redact: [],
      keys: [],
    });
  });

  it('take their address from the environment', () => {
    const { traces } = parsed("{ url: 'postgres://me:${PASSWORD}@db/traces' }", { PASSWORD: 'hidden' });
    expect(traces?.url).toBe('postgres://me:hidden@db/traces');
  });

  it.each([
    ["{ url: 'mysql://db' }", 'traces.url: expected sqlite:FILE, or postgres://user:password@host/database'],
    ["{ url: 'sqlite:' }", 'traces.url: expected sqlite:FILE, or postgres://user:password@host/database'],
    ['{ keepDays: 0 }', 'traces.keepDays: expected 1 or more'],
    ['{ texts: some }', 'traces.texts: expected "full" or "none"'],
    ["{ redact: ['a', '(b'] }", 'traces.redact[1]: no regular expression of JavaScript: Unterminated group'],
    ['{ keys: [short] }', 'traces.keys[0]: a key needs at least 8 characters'],
    ['{ keepdays: 3 }', 'traces.keepdays: unknown key "keepdays"; did you mean "keepDays"?'],
  ])('%s is a mistake', (traces, mistake) => {
    expect(() => parsed(traces)).toThrow(mistake);
  });

  it.each([
    ['{}', 'stream-aligner-traces.db'],
    ["{ url: 'sqlite:kept/traces.db' }", 'kept/traces.db'],
  ])('stand beside the file: %s', async (traces, expected) => {
    const folder = await mkdtemp(join(tmpdir(), 'stream-aligner-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, 'gateway.yaml');
    await writeFile(path, `models: { main: { upstream: tiny } }\ntraces: ${traces}`);
    expect((await readConfiguration(path, {})).traces?.url).toBe(`sqlite:${join(folder, expected)}`);
  });
});
