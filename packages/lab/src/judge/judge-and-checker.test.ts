import { expect, it } from 'vitest';
import { agreementWithChecker } from './judge-and-checker.ts';

const judged = (score: number | null) => ({ score, choices: ['tie', 'tie'] as const });

it('compares the better answer by judge and checker, whichever way is better', () => {
  const items = [
    { comparison: judged(1), one: 1, other: 0 },
    { comparison: judged(0.75), one: 1, other: 0 },
    { comparison: judged(0.5), one: 1, other: 1 },
    { comparison: judged(0), one: 1, other: 0 },
    { comparison: judged(null), one: 1, other: 0 },
  ];
  expect(agreementWithChecker(items, { better: 'higher' }).raw).toMatchObject({ value: 0.75, count: 4 });
  expect(agreementWithChecker(items, { better: 'higher' }).kappa.count).toBe(4);
  expect(agreementWithChecker(items, { better: 'lower' }).raw).toMatchObject({ value: 0.5, count: 4 });
});
