import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StreamAlignerError } from '@stream-aligner/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalAligner } from './aligner.ts';
import { checkModelFile } from './model-file.ts';
import { tinyModelPath } from './tiny-pair.ts';
import { createLocalUpstream } from './upstream.ts';

let folder: string;
let whole: Buffer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'model-file-'));
  whole = await readFile(await tinyModelPath('aligner'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(bytes: Uint8Array): Promise<string> {
  const path = join(folder, 'model.gguf');
  await writeFile(path, bytes);
  return path;
}

describe('checkModelFile', () => {
  it('accepts the embedded models', async () => {
    expect(await checkModelFile(await tinyModelPath('aligner'))).toBe(whole.length);
    expect(await checkModelFile(await tinyModelPath('upstream'))).toBeGreaterThan(0);
  });

  it('names a file that is not there, and a folder', async () => {
    const path = join(folder, 'none.gguf');
    await expect(checkModelFile(path)).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringContaining(path),
    });
    await expect(checkModelFile(folder)).rejects.toMatchObject({ code: 'model-missing' });
  });

  it('refuses what is no GGUF file', async () => {
    for (const text of ['', 'GG', 'GGUF', 'version https://git-lfs.github.com/spec/v1\n', '<!doctype html>'])
      await expect(checkModelFile(await fileOf(Buffer.from(text)))).rejects.toMatchObject({
        code: 'model-damaged',
      });
  });

  it('refuses every file that was cut off', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), async (length) => {
        const path = await fileOf(whole.subarray(0, length));
        await expect(checkModelFile(path)).rejects.toMatchObject({ code: 'model-damaged' });
      }),
      { numRuns: 40 },
    );
  });

  it('says nothing but yes or model-damaged to a header with wrong bytes', async () => {
    const change = fc.tuple(fc.nat(20_000), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async (changes) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        const error = await checkModelFile(await fileOf(bytes)).catch((thrown: unknown) => thrown);
        if (typeof error === 'number') return;
        expect(StreamAlignerError.isInstance(error) && error.code).toBe('model-damaged');
      }),
      { numRuns: 60 },
    );
  });
});

describe('loading', () => {
  it('says what is wrong with a file, and leaves nothing behind', async () => {
    const modelPath = join(folder, 'none.gguf');
    await expect(createLocalUpstream({ modelPath })).rejects.toMatchObject({ code: 'model-missing' });
    const cut = await fileOf(whole.subarray(0, whole.length - 1));
    await expect(createLocalAligner({ modelPath: cut })).rejects.toMatchObject({ code: 'model-damaged' });
    const unknown = Buffer.from(whole);
    unknown.write('xlama', unknown.indexOf('llama'));
    await expect(createLocalAligner({ modelPath: await fileOf(unknown) })).rejects.toMatchObject({
      code: 'model-damaged',
    });
  });

  it('refuses options that cannot be meant', async () => {
    const modelPath = await tinyModelPath('upstream');
    for (const options of [{ sequences: 0 }, { threads: 1.5 }, { maxQueue: -1 }, { contextSize: 1 }])
      await expect(createLocalUpstream({ modelPath, ...options })).rejects.toMatchObject({
        code: 'configuration',
      });
  });
});
