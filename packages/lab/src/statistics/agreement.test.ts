import { describe, expect, it } from 'vitest';
import { createRandom } from '../worlds/random.ts';
import { agreementOf } from './agreement.ts';

/** As many pairs of labels as a table says. */
const table = (rows: Readonly<Record<string, Readonly<Record<string, number>>>>) =>
  Object.entries(rows).flatMap(([one, row]) =>
    Object.entries(row).flatMap(([other, count]) =>
      Array.from({ length: count }, () => [one, other] as const),
    ),
  );

describe('agreement', () => {
  it('is that of the textbook', () => {
    const { raw, kappa } = agreementOf(table({ yes: { yes: 20, no: 5 }, no: { yes: 10, no: 15 } }));
    expect(raw).toMatchObject({ value: 0.7, count: 50 });
    expect(kappa.value).toBeCloseTo(0.4, 10);
    // The standard error by hand: 0.1275.
    expect(kappa.high).toBeCloseTo(0.4 + 1.96 * 0.1275, 2);
    expect(kappa.low).toBeCloseTo(0.4 - 1.96 * 0.1275, 2);
  });

  it('is nothing beyond chance where the one says the same whatever the other says', () => {
    const { raw, kappa } = agreementOf(table({ win: { win: 80, loss: 20 } }));
    expect(raw.value).toBe(0.8);
    expect(kappa.value).toBeCloseTo(0, 10);
  });

  it('is 1 of two who agree on everything, and 0 or less of two who never do', () => {
    expect(agreementOf(table({ a: { a: 5 }, b: { b: 5 } })).kappa.value).toBe(1);
    expect(agreementOf(table({ a: { b: 5 }, b: { a: 5 } })).kappa.value).toBe(-1);
  });

  it('is not known where there was nothing to agree on', () => {
    expect(agreementOf([]).kappa).toEqual({ value: null, low: null, high: null, count: 0 });
    expect(agreementOf([]).raw.value).toBeNull();
    expect(agreementOf(table({ win: { win: 9 } })).kappa.value).toBeNull();
  });

  it('has an interval that holds the true kappa in about 95 of 100 samples', () => {
    // Three labels alike in share; the other agrees in 0.7 and else guesses among all three: kappa is 0.7.
    const random = createRandom(3);
    const labels = ['win', 'tie', 'loss'] as const;
    let held = 0;
    for (let sample = 0; sample < 400; sample += 1) {
      const pairs = Array.from({ length: 150 }, () => {
        const one = random.pick(labels);
        return [one, random.chance(0.7) ? one : random.pick(labels)] as const;
      });
      const { low, high } = agreementOf(pairs).kappa;
      if (low !== null && high !== null && low <= 0.7 && 0.7 <= high) held += 1;
    }
    expect(held).toBeGreaterThan(365);
    expect(held).toBeLessThan(395);
  });
});
