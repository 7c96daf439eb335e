import { expect, it } from 'vitest';
import { shareOf } from './wilson.ts';

it('gives the interval of the textbook', () => {
  const { value, low, high } = shareOf(8, 10);
  expect(value).toBe(0.8);
  expect(low).toBeCloseTo(0.4902, 4);
  expect(high).toBeCloseTo(0.9433, 4);
});

it('stays inside 0 and 1 at the ends, and is unknown without a count', () => {
  expect(shareOf(0, 5).low).toBeCloseTo(0, 12);
  expect(shareOf(5, 5).high).toBeCloseTo(1, 12);
  expect(shareOf(0, 0).value).toBeNull();
});
