import { describe, expect, it } from 'vitest';
import { createRandom } from '../worlds/random.ts';
import { meanOf, netWinRate } from './bootstrap.ts';

describe('meanOf', () => {
  it('has an interval that holds the true mean in about 95 of 100 samples', () => {
    const random = createRandom(1);
    let held = 0;
    for (let sample = 0; sample < 200; sample += 1) {
      const values = Array.from({ length: 100 }, () => (random.chance(0.3) ? 1 : 0));
      const { low, high } = meanOf(values, { resamples: 400, seed: sample });
      if (low !== null && high !== null && low <= 0.3 && 0.3 <= high) held += 1;
    }
    expect(held).toBeGreaterThan(178);
    expect(held).toBeLessThan(200);
  });

  it('knows nothing of nothing', () => {
    expect(meanOf([])).toEqual({ value: null, low: null, high: null, count: 0 });
  });
});

describe('netWinRate', () => {
  it('counts wins less losses among all, ties included', () => {
    const pairs = [
      { before: 0, after: 1 },
      { before: 0, after: 0.2 },
      { before: 1, after: 0 },
      { before: 1, after: 1 },
    ];
    expect(netWinRate(pairs).value).toBe(0.25);
  });
});
