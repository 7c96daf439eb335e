import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { traceStoreLaws } from '../testing/trace-store-laws.ts';
import { openTraceStore } from './store.ts';

async function newFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'stream-aligner-traces-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'traces.db');
}

traceStoreLaws('SQLite', async () => `sqlite:${await newFile()}`);

it('makes files that only their owner reads', async () => {
  const file = await newFile();
  const store = await openTraceStore({ url: `sqlite:${file}` });
  const modes = await Promise.all(
    ['', '-wal', '-shm'].map(async (end) => (await stat(file + end)).mode & 0o777),
  );
  await store.close();
  expect(modes).toEqual([0o600, 0o600, 0o600]);
});

it.each([
  ['a folder that is not there', async (file: string) => join(file, 'none', 'traces.db'), /ENOENT/],
  [
    'a file of something else',
    async (file: string) => {
      await writeFile(file, 'Dear diary, '.repeat(100));
      return file;
    },
    /cannot be opened/,
  ],
  [
    'a later version’s file',
    async (file: string) => {
      const store = await openTraceStore({ url: `sqlite:${file}` });
      await store.close();
      const database = new DatabaseSync(file);
      database.exec("insert into kysely_migration values ('0999-later', '2030-01-01T00:00:00.000Z')");
      database.close();
      return file;
    },
    /written by a later version/,
  ],
])('says what is wrong with %s', async (_what, prepare, message) => {
  const opening = openTraceStore({ url: `sqlite:${await prepare(await newFile())}` });
  await expect(opening).rejects.toMatchObject({
    code: 'configuration',
    message: expect.stringMatching(message),
  });
});

it('makes no file where none is to be made', async () => {
  const file = await newFile();
  await expect(openTraceStore({ url: `sqlite:${file}`, create: false })).rejects.toMatchObject({
    code: 'configuration',
  });
  await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
});
