import type * as Crypto from 'node:crypto';
import { timingSafeEqual } from 'node:crypto';
import { beforeEach, expect, it, vi } from 'vitest';
import { createKeyCheck } from './keys.ts';

// The real comparison, watched: how often it is made is what must not depend on what was sent.
vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof Crypto>();
  return { ...crypto, timingSafeEqual: vi.fn(crypto.timingSafeEqual) };
});

const keys = ['sk-first-key', 'sk-second-key', 'sk-third-key'];
const compared = vi.mocked(timingSafeEqual);
beforeEach(() => {
  compared.mockClear();
});

function attempt(authorization: string | null): unknown {
  const check = createKeyCheck(keys);
  try {
    check(new Headers(authorization === null ? {} : { authorization }));
    return undefined;
  } catch (error) {
    return error;
  }
}

it.each<[string | null, boolean]>([
  [null, false],
  ['', false],
  ['Bearer', false],
  ['Bearer x', false],
  [`Bearer ${'x'.repeat(10_000)}`, false],
  ['Bearer sk-first-key', true],
  ['Bearer sk-third-key', true],
  ['bearer sk-second-key', true],
  ['Basic sk-first-key', false],
  ['Bearer sk-first-key sk-second-key', false],
  ['Bearer sk-first-key, Bearer x', false],
])('every key is compared, at one length, whatever is sent: %#', (authorization, passes) => {
  expect(attempt(authorization) === undefined).toBe(passes);
  expect(compared).toHaveBeenCalledTimes(keys.length);
  for (const [known, given] of compared.mock.calls)
    expect([known.byteLength, given.byteLength]).toEqual([32, 32]);
});

it('what is refused says nothing of any key', () => {
  const said = JSON.stringify(attempt('Bearer sk-first-kez'), [
    'name',
    'code',
    'message',
    'details',
    'cause',
  ]);
  for (const word of [...keys, 'sk-first-kez']) expect(said).not.toContain(word);
});
