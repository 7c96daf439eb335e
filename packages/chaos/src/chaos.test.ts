import { expect, it } from 'vitest';
import { breakSomething } from './break-something.ts';
import { findingKinds } from './judge.ts';
import { runChaos } from './run-all.ts';

it('finds nothing in sixty schedules', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const report = await runChaos({ schedules: 60, seed, concurrency: 12 });
  // Every finding names its schedule: with the seed it can be run again.
  expect(report.found, `seed ${seed}`).toEqual([]);
  for (const kind of findingKinds) expect(report[kind], `${kind}, seed ${seed}`).toBe(0);
  expect(report.outcomes['finished']).toBeGreaterThan(0);
});

it('notices every kind of broken gateway', async () => {
  const results = await breakSomething({ seed: 1, schedules: 4 });
  expect(results.map(({ kind }) => kind)).toEqual(findingKinds);
  for (const result of results) expect(result).toMatchObject({ noticed: true, unbroken: {} });
});
