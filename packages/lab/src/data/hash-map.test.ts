import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hash64, unitOf } from './hash.ts';
import { createHashMap } from './hash-map.ts';

/** Few different ones, so that keys come again; those of zeros are what free slots look like. */
const key = fc.oneof(
  fc.constantFrom('0'.repeat(16), `${'0'.repeat(15)}1`, 'f'.repeat(16)),
  fc.integer({ min: 0, max: 3000 }).map((number) => hash64(`${number}`)),
);

it('holds what was put in last, like a map', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(key, fc.double({ noNaN: true })), { maxLength: 4000 }), (entries) => {
      const [map, expected] = [createHashMap(), new Map<string, number>()];
      for (const [hash, value] of entries) {
        // All zeros and zeros with a 1 at the end count as one, which costs one name in 2⁶⁴.
        const known = hash === '0'.repeat(16) ? `${'0'.repeat(15)}1` : hash;
        map.set(hash, value);
        expected.set(known, value);
      }
      expect(map.size).toBe(expected.size);
      for (const [hash, value] of expected) expect(map.get(hash)).toBe(value);
      expect(map.get(hash64('never put in'))).toBeUndefined();
    }),
    { numRuns: 20 },
  );
});

it('grows to any size', () => {
  const map = createHashMap();
  for (let number = 0; number < 50_000; number += 1) map.set(hash64(`${number}`), number);
  expect(map.size).toBe(50_000);
  for (let number = 0; number < 50_000; number += 777) expect(map.get(hash64(`${number}`))).toBe(number);
});

it('names the same thing the same on every machine', () => {
  expect(hash64('split', 'What is it?')).toBe('9ed46de1fbca0e5c');
  expect(hash64('a', 'b')).not.toBe(hash64('ab'));
  expect(hash64('a', 'b')).toMatch(/^[0-9a-f]{16}$/);
  expect(unitOf('8000000000000000')).toBe(0.5);
});
