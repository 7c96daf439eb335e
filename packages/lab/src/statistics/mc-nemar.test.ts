import { expect, it } from 'vitest';
import { mcNemar } from './mc-nemar.ts';

const pairs = (gained: number, lost: number, same = 3) => [
  ...Array.from({ length: gained }, () => ({ before: false, after: true })),
  ...Array.from({ length: lost }, () => ({ before: true, after: false })),
  ...Array.from({ length: same }, () => ({ before: true, after: true })),
];

it('gives the exact binomial probability', () => {
  // 2 × (1 + 10 + 45) / 2^10
  expect(mcNemar(pairs(8, 2)).p).toBeCloseTo(112 / 1024, 12);
  expect(mcNemar(pairs(2, 8))).toMatchObject({ gained: 2, lost: 8 });
  expect(mcNemar(pairs(5, 0)).p).toBeCloseTo(2 / 32, 12);
});

it('finds nothing where as many gain as lose, or nothing changes', () => {
  expect(mcNemar(pairs(4, 4)).p).toBe(1);
  expect(mcNemar(pairs(0, 0)).p).toBe(1);
  expect(mcNemar([])).toEqual({ gained: 0, lost: 0, p: 1 });
});

it('does not underflow on thousands', () => {
  const { p } = mcNemar(pairs(2600, 2400));
  // The normal approximation with continuity correction: z = 199 / sqrt(5000) = 2.814.
  expect(p).toBeCloseTo(0.0049, 3);
  expect(mcNemar(pairs(5000, 0)).p).toBe(0);
});
