import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { all, folderOf } from '../../testing/rows.ts';
import { readRows, type Row } from './read-rows.ts';

async function rowsOf(content: string): Promise<Row[]> {
  const path = join(await folderOf({ rows: content }), 'rows');
  const rows = await all(readRows(path));
  return rows.map(({ value, where }) => ({ value, where: where.replace(path, 'rows') }));
}

describe('reading rows', () => {
  it('takes JSONL, with the line of each row', async () => {
    expect(await rowsOf('\uFEFF{"a":1}\r\n\n  \n["b\u2028"]')).toEqual([
      { value: { a: 1 }, where: 'rows:1' },
      { value: ['b\u2028'], where: 'rows:4' },
    ]);
  });

  it('takes one JSON array, with the number of each row', async () => {
    expect(await rowsOf('\n[{"a":1},\n{"a":"é😀"}]\n')).toEqual([
      { value: { a: 1 }, where: 'rows, row 1' },
      { value: { a: 'é😀' }, where: 'rows, row 2' },
    ]);
    expect(await rowsOf('')).toEqual([]);
  });

  it.each([
    ['{"a":1}\n{"secret', /rows:2 is not JSON/],
    ['[{"a":1},{"secret"}]', /rows, row 2 is not JSON/],
    ['[{"secret":1}', /rows: This is no JSON array of rows: it ends before/],
  ])('says where %j is wrong, and nothing of what is there', async (content, where) => {
    const error = await rowsOf(content).catch((caught: unknown) => caught);
    expect(String(error)).toMatch(where);
    expect(String(error)).not.toMatch(/secret/);
  });

  it('names a file that is not there', async () => {
    const path = join(await folderOf({}), 'none.jsonl');
    await expect(all(readRows(path))).rejects.toThrow(/none\.jsonl cannot be read \(ENOENT\)/);
  });

  it('reads an array of 48 MB with a heap of 24', async () => {
    const path = join(await folderOf({}), 'big.json');
    const file = createWriteStream(path);
    const row = JSON.stringify({ question: 'Why "so"?', prefix: 'word, '.repeat(4_000) });
    const count = 2_000;
    for (let i = 0; i < count; i += 1) {
      if (!file.write(`${i === 0 ? '[' : ','}\n${row}`)) await once(file, 'drain');
    }
    file.end(']');
    await finished(file);
    const script = `const { readRows } = await import(${JSON.stringify(new URL('./read-rows.ts', import.meta.url).href)});
      let count = 0;
      for await (const { value } of readRows(${JSON.stringify(path)})) count += value.prefix.length > 0;
      process.stdout.write(String(count));`;
    const options = ['--max-old-space-size=24', '--conditions=@stream-aligner/source', '--input-type=module'];
    const child = spawn(process.execPath, [...options, '-e', script]);
    expect([await text(child.stdout), await text(child.stderr)]).toEqual([String(count), '']);
  });
});
