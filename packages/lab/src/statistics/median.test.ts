import { expect, it } from 'vitest';
import { createRandom } from '../worlds/random.ts';
import { medianOf } from './median.ts';

it('is the middle, or the mean of the two in the middle', () => {
  expect(medianOf([5, 1, 3]).value).toBe(3);
  expect(medianOf([4, 1, 3, 2]).value).toBe(2.5);
  expect(medianOf([])).toEqual({ value: null, low: null, high: null, count: 0 });
});

it('has the interval of the order statistics', () => {
  const values = Array.from({ length: 100 }, (_, index) => index + 1);
  expect(medianOf(values)).toEqual({ value: 50.5, low: 40, high: 61, count: 100 });
  expect(medianOf([7, 8, 9])).toEqual({ value: 8, low: 7, high: 9, count: 3 });
});

it('holds the true median in about 95 of 100 samples', () => {
  const random = createRandom(3);
  let held = 0;
  for (let sample = 0; sample < 400; sample += 1) {
    const { low, high } = medianOf(Array.from({ length: 60 }, () => random.int(0, 1_000_000) ** 2));
    if (low !== null && high !== null && low <= 500_000 ** 2 && 500_000 ** 2 <= high) held += 1;
  }
  expect(held).toBeGreaterThan(368);
});
