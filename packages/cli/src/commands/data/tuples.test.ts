import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { runCommand, temporaryFile } from '../../testing/run-command.ts';

const lines = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

const whole = [
  {
    question: 'Why is it blue?',
    answer: 'It is the sky. It is red.',
    correction: 'It is the sky. It is blue.',
  },
  { question: 'And green?', answer: 'Grass is green.', correction: 'Grass is green.' },
  { question: 'Now?', answer: 'You fool.', correction: 'Something else entirely stands here.' },
];

const tuple = { question: 'Q?', prefix: '', last: 'Yes.', correction: 'No.' };

describe('data import and data export', () => {
  it('turn whole answers into tuples and these into training rows', async () => {
    const file = await temporaryFile('whole.jsonl', lines(whole));
    const [out, aside] = [join(dirname(file), 'tuples.jsonl'), join(dirname(file), 'aside.jsonl')];
    const imported = await runCommand(['data', 'import', file, '-o', out, '--aside', aside]);
    expect(imported).toEqual({
      code: 0,
      stdout: '',
      stderr: '3 tuples (66.7 % keeps) from 3 rows.\nSet aside: 1\n          1  too different\n',
    });
    expect(JSON.parse(await readFile(aside, 'utf8'))).toEqual({
      where: `${file}:3`,
      reason: 'too different',
      row: whole[2],
    });

    const { code, stdout, stderr } = await runCommand(['data', 'export', out, '--to', 'trl']);
    expect([code, stderr]).toEqual([0, '3 rows written.\n']);
    const rows = stdout.trim().split('\n');
    expect(rows).toHaveLength(3);
    expect(rows[1]).toContain('##Answer_Last_Sentence: It is red. | ##Your_Revision: ');
    expect(rows[1]).toContain('"completion":[{"role":"assistant","content":"It is blue."}]');
  });

  it('leave no half file behind, and say where a row is wrong', async () => {
    const file = await temporaryFile('bad.jsonl', `${lines([tuple])}{"secret`);
    const out = join(dirname(file), 'out.json');
    const { code, stderr } = await runCommand(['data', 'export', file, '--to', 'stream-aligner', '-o', out]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/bad\.jsonl:2 is not JSON/);
    expect(stderr).not.toMatch(/secret/);
    expect([existsSync(out), existsSync(`${out}.partial`)]).toEqual([false, false]);
  });

  it('end when nobody reads on', async () => {
    const file = await temporaryFile('many.jsonl', lines(Array.from({ length: 40_000 }, () => tuple)));
    const main = fileURLToPath(new URL('../../main.ts', import.meta.url));
    const command = `"$0" --conditions=@stream-aligner/source "$1" data export "$2" --to messages | head -1`;
    const { stdout } = await promisify(execFile)('sh', ['-c', command, process.execPath, main, file]);
    expect(stdout.split('\n')).toHaveLength(2);
  });

  it('have nothing to show for a file of nothing', async () => {
    const file = await temporaryFile('none.jsonl', '');
    const { code, stdout } = await runCommand(['data', 'export', file, '--to', 'stream-aligner']);
    expect([code, JSON.parse(stdout)]).toEqual([1, []]);
  });
});

describe('data stats', () => {
  it('says loudly that splits share a question', async () => {
    const folder = dirname(
      await temporaryFile('train.jsonl', lines([tuple, { ...tuple, correction: 'Yes.' }])),
    );
    const clean = await runCommand(['data', 'stats', folder]);
    expect(clean.code).toBe(0);
    expect(clean.stdout).toMatch(/^rows +2\nkeeps +1 {2}50\.0 %\nrewrites +1 {2}50\.0 %\n/);
    expect(clean.stdout).toMatch(/contradictions +1/);

    const test = await temporaryFile('test.jsonl', lines([tuple]));
    const { code, stdout } = await runCommand(['data', 'stats', folder, test]);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^ERROR: the splits share questions.*\n {2}1 questions are in both train and test\n/,
    );
    const { stdout: json } = await runCommand(['data', 'stats', folder, test, '--json']);
    expect(JSON.parse(json)).toMatchObject({
      rows: 3,
      overlaps: [{ splits: ['train', 'test'], questions: 1 }],
    });
  });
});

describe('data show', () => {
  it('shows what corrections change, and nothing that moves the cursor', async () => {
    const rows = [
      { ...tuple, last: 'You must pay.', correction: 'You may pay.' },
      { ...tuple, question: 'Evil\u001b[2J?', correction: 'Yes.' },
    ];
    const file = await temporaryFile('rows.jsonl', lines(rows));
    const { code, stdout } = await runCommand(['data', 'show', file]);
    expect(code).toBe(0);
    expect(stdout).toContain('  draft     You [-must-]{+may+} pay.\n');
    expect(stdout).toContain('  question  Evil\uFFFD[2J?\n');
    expect(stdout).toMatch(/2 rows of 2\n$/);

    const filtered = await runCommand(['data', 'show', file, '--action', 'keep', '--json']);
    expect(JSON.parse(filtered.stdout)).toMatchObject({
      total: 2,
      matching: 1,
      rows: [{ where: `${file}:2`, action: 'keep', diff: [{ kind: 'same', text: 'Yes.' }] }],
    });
  });

  it('writes a page', async () => {
    const file = await temporaryFile('rows.jsonl', lines([{ ...tuple, question: '<script>' }]));
    const page = join(dirname(file), 'page.html');
    const { code, stderr } = await runCommand(['data', 'show', file, '--html', page]);
    expect([code, stderr]).toEqual([0, `1 rows written to ${page}.\n`]);
    const html = await readFile(page, 'utf8');
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).toContain('&lt;script&gt;');
    expect(html).not.toContain('<script');
  });
});
