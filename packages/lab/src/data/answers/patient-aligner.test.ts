import { type Aligner, type ErrorCode, StreamAlignerError } from '@stream-aligner/core';
import { expect, it } from 'vitest';
import { patiently } from './patient-aligner.ts';

/** An aligner that fails so often, and what it is asked through. */
async function failing(times: number, code: ErrorCode, details = {}) {
  let asked = 0;
  const aligner: Aligner = {
    model: 'failing',
    open: async () => ({
      async correct({ draft }) {
        asked += 1;
        if (asked <= times) throw new StreamAlignerError(code, 'Not now.', { details });
        return { text: draft, by: 'decoding' };
      },
      close: async () => {},
    }),
  };
  const waits: number[] = [];
  const wait = async (ms: number) => void waits.push(ms);
  const { signal } = new AbortController();
  const session = await patiently(aligner, { wait }).open({ messages: [], signal });
  const correct = () => session.correct({ prefix: '', draft: 'So.', kind: 'prose', signal });
  return { correct, waits, asked: () => asked };
}

it('waits longer and longer for a server that is busy', async () => {
  const { correct, waits } = await failing(4, 'overloaded');
  expect(await correct()).toMatchObject({ text: 'So.' });
  expect(waits).toHaveLength(4);
  for (const [attempt, ms] of waits.entries()) {
    expect(ms).toBeGreaterThanOrEqual(500 * 2 ** attempt);
    expect(ms).toBeLessThanOrEqual(1000 * 2 ** attempt);
  }
});

it('waits as long as it is asked to, within reason', async () => {
  const soon = await failing(1, 'overloaded', { retryAfterSeconds: 20 });
  await soon.correct();
  expect(soon.waits).toEqual([20_000]);
  const never = await failing(1, 'overloaded', { retryAfterSeconds: 3600 });
  await expect(never.correct()).rejects.toThrow('Not now.');
});

it('gives up in the end, and at once where waiting does not help', async () => {
  const down = await failing(100, 'aligner-failed');
  await expect(down.correct()).rejects.toThrow('Not now.');
  expect(down.asked()).toBe(6);
  const wrong = await failing(100, 'aligner-rejected');
  await expect(wrong.correct()).rejects.toThrow('Not now.');
  expect(wrong.asked()).toBe(1);
});
