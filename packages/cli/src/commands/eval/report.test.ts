import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand, temporaryFile } from '../../testing/run-command.ts';

const interval = { value: 0.5, low: 0.4, high: 0.6, count: 90 };
const costs = ['firstTextMs', 'addedFirstTextMs', 'totalMs', 'addedTotalMs'];
const tokens = ['keptTokens', 'discardedTokens', 'alignerTokens', 'shared'];
const method = (name: string, value: number) => ({
  method: name,
  answers: 90,
  failed: 0,
  metrics: { right: { ...interval, value } },
  unscored: {},
  cost: Object.fromEntries([...costs, ...tokens].map((key) => [key, interval])),
  edited: interval,
  ...(name !== 'raw' && { againstRaw: { right: { difference: interval, netWinRate: interval } } }),
});
const summary = (version = '0.1.0') => ({
  run: { command: 'eval run', commit: null, version, seed: 1, temperature: 0, concurrency: 1, models: [] },
  began: '2026-01-01T00:00:00.000Z',
  ended: '2026-01-01T00:01:00.000Z',
  tasks: [
    {
      task: 'sums',
      metrics: [{ name: 'right', kind: 'share', better: 'higher', description: 'it is right' }],
      examples: 90,
      faults: [],
      methods: [method('raw', 0.4), method('stream/all/continue', 0.6)],
      strata: {},
    },
  ],
});

const runFolder = async (version?: string) =>
  dirname(await temporaryFile('summary.json', JSON.stringify(summary(version))));

describe('eval report', () => {
  it('writes a page and figures, and says where', async () => {
    const run = await runFolder();
    const out = join(run, 'report');
    const { code, stdout, stderr } = await runCommand([
      'eval',
      'report',
      run,
      '--out',
      out,
      '--title',
      'Ours & yours',
    ]);
    expect([code, stdout]).toEqual([0, `${join(out, 'index.html')}\n`]);
    expect(stderr).toMatch(/\d+ files of figures are in figures\/ beside it\.\n$/);
    expect(await readFile(join(out, 'index.html'), 'utf8')).toContain('<h1>Ours &amp; yours</h1>');
    expect(await readFile(join(out, 'figures', 'by-rounds-sums-right.svg'), 'utf8')).toMatch(/^<svg/);
  });

  it('gives programs one JSON object, and people notes', async () => {
    const [run, other] = [await runFolder(), await runFolder('9.9.9')];
    const out = join(run, 'report');
    const json = await runCommand(['eval', 'report', run, other, '-o', out, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      page: join(out, 'index.html'),
      notes: [expect.stringContaining('9.9.9')],
    });
    const told = await runCommand(['eval', 'report', run, other, '-o', out]);
    expect(told.stderr).toContain('Note: The runs were made by different versions');
  });

  it('says what is wrong with a folder, and writes nothing', async () => {
    const run = await runFolder();
    await cp(join(run, 'summary.json'), join(run, 'results.jsonl'));
    await rm(join(run, 'summary.json'));
    const out = join(run, 'report');
    const { code, stderr } = await runCommand(['eval', 'report', run, '--out', out]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/has not ended.*start the same command again/)]);
    await expect(readFile(join(out, 'index.html'))).rejects.toThrow(/ENOENT/);
    const missing = await runCommand(['eval', 'report', join(run, 'none'), '--out', out]);
    expect(missing.stderr).toMatch(/none is not there/);
    const nowhere = await runCommand(['eval', 'report', run]);
    expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining('--out')]);
  });

  it('says why it cannot write', async () => {
    const run = await runFolder();
    const file = join(run, 'file');
    await writeFile(file, '');
    const { code, stderr } = await runCommand(['eval', 'report', run, '--out', file]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^stream-aligner: .*(cannot be written|Cannot write)/);
  });
});
