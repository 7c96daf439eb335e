import { readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/folders.ts';
import { openLog } from './append-log.ts';
import { lockFolder } from './lock.ts';
import { claimManifest } from './manifest.ts';
import { readLog, recoverLog } from './read-log.ts';

describe('a log', () => {
  it('has every line whole, in the order of asking, however many ask at once', async () => {
    const path = join(await temporaryFolder(), 'log.jsonl');
    const log = await openLog(path);
    await Promise.all(
      Array.from({ length: 500 }, (_, number) => log.append({ number, text: 'é'.repeat(number) })),
    );
    await log.close();
    const lines = (await readFile(path, 'utf8')).split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map((line) => (JSON.parse(line) as { number: number }).number)).toEqual([
      ...Array(500).keys(),
    ]);
  });

  it('has a line on the system before it says so', async () => {
    const path = join(await temporaryFolder(), 'log.jsonl');
    const log = await openLog(path);
    for (const number of [1, 2, 3]) {
      await log.append({ number });
      expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(number + 1);
    }
    await log.close();
  });

  it('says that the disk is full, and writes nothing more', async () => {
    const log = await openLog('/dev/full');
    const failures = await Promise.allSettled([log.append({ a: 1 }), log.append({ b: 2 })]);
    expect(failures.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(log.append({ c: 3 })).rejects.toMatchObject({
      code: 'closed',
      message: expect.stringContaining('there is no space left'),
    });
    await expect(log.close()).rejects.toMatchObject({ code: 'closed' });
  });

  it('that is torn is read without its last line, and cut before it is added to', async () => {
    const path = join(await temporaryFolder(), 'log.jsonl');
    await writeFile(path, '{"a":1}\n{"a":2}\n{"a":');
    const values = async (lines: AsyncIterable<unknown>) => {
      const found: unknown[] = [];
      for await (const value of lines) found.push(value);
      return found;
    };
    expect(await values(readLog(path))).toEqual([{ a: 1 }, { a: 2 }]);
    expect(await values(recoverLog(path))).toEqual([{ a: 1 }, { a: 2 }]);
    expect(await readFile(path, 'utf8')).toBe('{"a":1}\n{"a":2}\n');
    expect(await values(readLog(`${path}.not-there`))).toEqual([]);
  });
});

describe('a lock', () => {
  const dead = { pid: 2 ** 22 + 1, host: hostname() };

  it('keeps others out until it is released', async () => {
    const path = join(await temporaryFolder(), 'build.lock');
    const release = await lockFolder(path);
    await expect(lockFolder(path)).rejects.toThrow('Another process is writing');
    await release();
    await (
      await lockFolder(path)
    )();
  });

  it.each([
    ['a process that died', JSON.stringify(dead)],
    ['one that died while it wrote it', '{"pid'],
    ['one that had the number of this one before', JSON.stringify({ ...dead, pid: process.pid })],
  ])('of %s is taken over', async (_name, text) => {
    const path = join(await temporaryFolder(), 'build.lock');
    await writeFile(path, text);
    await (
      await lockFolder(path)
    )();
  });

  it.each([
    ['another process', { ...dead, pid: process.ppid }],
    ['another machine', { ...dead, host: 'elsewhere' }],
  ])('of %s holds', async (_name, holder) => {
    const path = join(await temporaryFolder(), 'build.lock');
    await writeFile(path, JSON.stringify(holder));
    await expect(lockFolder(path)).rejects.toThrow('delete that file');
  });
});

it('names every option that differs from those a folder was begun with', async () => {
  const path = join(await temporaryFolder(), 'build.json');
  const manifest = { version: '1', plan: { seed: 1, upstreams: ['a'] } };
  await claimManifest(path, manifest);
  await claimManifest(path, manifest);
  const other = { version: '1', plan: { seed: 2, upstreams: ['a', 'b'] }, extra: true };
  await expect(claimManifest(path, other)).rejects.toThrow(
    /\n {2}plan\.seed: 1 there, 2 now\n {2}plan\.upstreams: \["a"\] there, \["a","b"\] now\n {2}extra: nothing there, true now\n/,
  );
  await writeFile(path, '{');
  await expect(claimManifest(path, manifest)).rejects.toThrow('is damaged');
});
