import { copyFile, mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StreamAlignerError } from '@stream-aligner/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortedLines, temporaryFolder } from '../testing/folders.ts';
import { numbered, plan, scriptedBuild } from '../testing/scripted-build.ts';
import type { AnswerTask } from './answers/task.ts';
import { buildAnswers } from './build.ts';
import { finishData } from './finish/finish.ts';

/** The three files of a finished build, as sets. */
async function filesOf(out: string): Promise<string[][]> {
  return Promise.all(['train', 'validation', 'test'].map((name) => sortedLines(out, `${name}.jsonl`)));
}

async function built(count: number, options: Parameters<typeof scriptedBuild>[2] = {}) {
  const out = await temporaryFolder();
  const tally = await buildAnswers(scriptedBuild(out, count, options));
  await finishData({ out, split: { train: 50, validation: 25, test: 25 } });
  return { out, tally, files: await filesOf(out) };
}

describe('a build', () => {
  it('gives the tuples of every answer', async () => {
    const { files, tally } = await built(8);
    const tuples = files.flat().map((line): unknown => JSON.parse(line));
    expect(tuples).toHaveLength(24);
    expect(tuples).toContainEqual({
      question: 'question 4',
      prefix: 'First about question 4.',
      last: 'Wrong about question 4.',
      correction: 'Right about question 4.',
      provenance: {
        answer: expect.stringMatching(/^[0-9a-f]{16}$/),
        round: 2,
        action: 'rewrite',
        upstream: 'big',
        annotator: 'teacher',
        prefixes: 'corrected',
        seed: expect.any(Number),
        temperature: 0,
        version: '0.1.0',
      },
    });
    expect(tuples).toContainEqual(
      expect.objectContaining({ prefix: 'First about question 4. Right about question 4.' }),
    );
    expect(tally).toMatchObject({ total: 8, seen: 8, answers: 8, made: 8, tuples: 24, keeps: 19, failed: 0 });
    expect(tally.annotator).toEqual({ input: expect.any(Number), output: expect.any(Number) });
  });

  it('gives the same with any number of answers at once, in any order', async () => {
    const one = await built(60, { concurrency: 1 });
    const many = await built(60, {
      concurrency: 25,
      pause: async () => {
        for (let turns = Math.random() * 5; turns > 0; turns -= 1) await new Promise(setImmediate);
      },
    });
    expect(many.files).toEqual(one.files);
  });

  it('reads no further than it has answers in flight', async () => {
    let [taken, done, most] = [0, 0, 0];
    const out = await temporaryFolder();
    const prompts = numbered(300, () => {
      taken += 1;
      most = Math.max(most, taken - done);
    });
    const options = scriptedBuild(out, 300, {
      prompts,
      concurrency: 7,
      pause: () => new Promise(setImmediate),
    });
    let [running, mostRunning] = [0, 0];
    await buildAnswers({
      ...options,
      async run(task, signal) {
        running += 1;
        mostRunning = Math.max(mostRunning, running);
        const record = await options.run(task, signal);
        running -= 1;
        return record;
      },
      onProgress: ({ seen }) => {
        done = seen;
      },
    });
    expect(mostRunning).toBe(7);
    expect(most).toBeLessThanOrEqual(8);
  });

  it('asks one prompt twice for nothing', async () => {
    const out = await temporaryFolder();
    const options = scriptedBuild(out, 3);
    const twice = {
      count: 6,
      async *items() {
        yield* numbered(3).items();
        yield* numbered(3).items();
      },
    };
    const tally = await buildAnswers({ ...options, prompts: twice });
    expect(tally).toMatchObject({ total: 6, seen: 6, answers: 3 });
  });

  it('makes samples, temperatures, upstreams and prefixes answers of their own, with seeds of their own', async () => {
    const out = await temporaryFolder();
    const tasks: AnswerTask[] = [];
    const options = scriptedBuild(out, 1);
    await buildAnswers({
      ...options,
      plan: { ...plan, samples: 3, temperatures: [0, 0.7], prefixes: ['corrected', 'own'] },
      run: (task, signal) => {
        tasks.push(task);
        return options.run(task, signal);
      },
    });
    expect(tasks.map(({ sample, temperature, prefixes }) => [sample, temperature, prefixes])).toEqual([
      [0, 0, 'corrected'],
      [0, 0, 'own'],
      [1, 0.7, 'corrected'],
      [1, 0.7, 'own'],
      [2, 0, 'corrected'],
      [2, 0, 'own'],
    ]);
    expect(new Set(tasks.map(({ id }) => id)).size).toBe(6);
    expect(new Set(tasks.map(({ seed }) => seed)).size).toBe(6);
  });
});

describe('a build that was ended', () => {
  it('goes on to the same files from wherever the log was torn', async () => {
    const { out: whole, files } = await built(12, { concurrency: 4 });
    const { length } = await readFile(join(whole, 'answers.jsonl'));
    const out = await temporaryFolder();
    let made = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: length }), async (bytes) => {
        const folder = join(out, `${bytes}`);
        await mkdir(folder, { recursive: true });
        for (const name of ['build.json', 'answers.jsonl'])
          await copyFile(join(whole, name), join(folder, name));
        await truncate(join(folder, 'answers.jsonl'), bytes);
        const tally = await buildAnswers(scriptedBuild(folder, 12, { concurrency: 3 }));
        made += tally.made;
        expect(tally).toMatchObject({ answers: 12, tuples: 36 });
        expect(await sortedLines(folder, 'answers.jsonl')).toEqual(await sortedLines(whole, 'answers.jsonl'));
        await finishData({ out: folder, split: { train: 50, validation: 25, test: 25 } });
        expect(await filesOf(folder)).toEqual(files);
      }),
      { numRuns: 60, examples: [[0], [1], [length - 1], [length]] },
    );
    expect(made).toBeGreaterThan(0);
  });

  it('leaves what was in flight, and takes nothing up after that', async () => {
    const out = await temporaryFolder();
    const controller = new AbortController();
    const options = scriptedBuild(out, 100, { concurrency: 5, signal: controller.signal });
    let begun = 0;
    const tally = await buildAnswers({
      ...options,
      async run(task, signal) {
        begun += 1;
        if (begun === 20) controller.abort();
        return options.run(task, signal);
      },
    });
    expect(begun).toBe(20);
    expect(tally.answers).toBeLessThan(20);
    expect(tally.failed).toBe(0);
    expect(await sortedLines(out, 'failures.jsonl')).toEqual([]);
    expect(await buildAnswers(scriptedBuild(out, 100))).toMatchObject({ answers: 100 });
    expect(await sortedLines(out, 'answers.jsonl')).toHaveLength(100);
  });

  it('is not gone on with by another build, and says what differs', async () => {
    const out = await temporaryFolder();
    await buildAnswers(scriptedBuild(out, 2));
    const other = { ...scriptedBuild(out, 2), manifest: { format: 1, count: 2, seed: 7 } };
    await expect(buildAnswers(other)).rejects.toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining('\n  seed: nothing there, 7 now\n'),
    });
  });

  it('is not built twice at a time', async () => {
    const out = await temporaryFolder();
    const both = await Promise.allSettled([1, 2].map(() => buildAnswers(scriptedBuild(out, 5))));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await sortedLines(out, 'answers.jsonl')).toHaveLength(5);
  });

  it('refuses a log that is damaged in its middle', async () => {
    const out = await temporaryFolder();
    await buildAnswers(scriptedBuild(out, 3));
    const path = join(out, 'answers.jsonl');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('\n{', '\n{{'));
    await expect(buildAnswers(scriptedBuild(out, 3))).rejects.toThrow('Line 2 of');
  });
});

describe('answers that fail', () => {
  /** Every fifth question fails, until it is mended. */
  const failing = (out: string, broken: boolean, rest = {}) => {
    const options = scriptedBuild(out, 20, rest);
    return {
      ...options,
      run: (async (task, signal) => {
        const number = Number(String(task.messages[0]?.content).split(' ')[1]);
        if (broken && number % 5 === 0)
          throw new StreamAlignerError('upstream-failed', 'The server is down.');
        return options.run(task, signal);
      }) satisfies typeof options.run,
    };
  };

  it('are kept aside with their reasons, and made when they are tried again', async () => {
    const out = await temporaryFolder();
    expect(await buildAnswers(failing(out, true))).toMatchObject({ answers: 16, failed: 4, seen: 20 });
    const [failure = ''] = await sortedLines(out, 'failures.jsonl');
    expect(JSON.parse(failure)).toEqual({
      id: expect.any(String),
      at: expect.stringMatching(/^prompts:(1|6|11|16)$/),
      code: 'upstream-failed',
      reason: 'The server is down.',
      tries: 1,
      upstream: 'big',
      sample: 0,
    });
    expect(await buildAnswers(failing(out, false))).toMatchObject({ answers: 16, failed: 4, made: 0 });
    expect(await buildAnswers(failing(out, true, { retryFailures: true }))).toMatchObject({ failed: 4 });
    expect((await sortedLines(out, 'failures.jsonl')).map((line) => JSON.parse(line).tries).sort()).toEqual([
      1, 1, 1, 1, 2, 2, 2, 2,
    ]);
    expect(await buildAnswers(failing(out, false, { retryFailures: true }))).toMatchObject({
      answers: 20,
      made: 4,
      failed: 0,
    });
    expect(await buildAnswers(failing(out, false))).toMatchObject({ answers: 20, failed: 0, made: 0 });
  });

  it('end the build when so many fail in a row, which is not the fault of any one', async () => {
    const out = await temporaryFolder();
    const options = scriptedBuild(out, 100, { giveUpAfter: 10, concurrency: 4 });
    let tried = 0;
    const run = async () => {
      tried += 1;
      throw new StreamAlignerError('upstream-failed', 'The server is down.');
    };
    await expect(buildAnswers({ ...options, run })).rejects.toMatchObject({
      code: 'upstream-failed',
      message: expect.stringMatching(/last 10 answers have all failed.*The server is down.*--retry-failures/),
    });
    expect(tried).toBeLessThan(15);
    expect(await buildAnswers({ ...options, retryFailures: true })).toMatchObject({
      answers: 100,
      failed: 0,
    });
  });

  it('do not show what an error that nobody foresaw says', async () => {
    const out = await temporaryFolder();
    const run = () => Promise.reject(new RangeError('a text of a user'));
    await buildAnswers({ ...scriptedBuild(out, 1), run });
    expect((await sortedLines(out, 'failures.jsonl'))[0]).toContain('RangeError was thrown');
    expect((await sortedLines(out, 'failures.jsonl'))[0]).not.toContain('a text of a user');
  });

  it('are told apart from rows that are no prompts, which are noted once', async () => {
    const out = await temporaryFolder();
    const options = scriptedBuild(out, 2);
    const prompts = {
      count: 3,
      async *items() {
        yield { at: 'prompts.jsonl:1', fault: 'it is not JSON' };
        yield* numbered(2).items();
      },
    };
    const build = () => buildAnswers({ ...options, prompts, retryFailures: true });
    const expected = { unreadable: 1, failed: 0, answers: 2, seen: 3 };
    expect(await build()).toMatchObject(expected);
    expect(await build()).toMatchObject(expected);
    expect((await sortedLines(out, 'failures.jsonl')).map((line): unknown => JSON.parse(line))).toMatchObject(
      [{ at: 'prompts.jsonl:1', code: 'unreadable', reason: 'it is not JSON' }],
    );
  });
});
