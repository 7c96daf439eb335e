import { createManualClock } from '@stream-aligner/testkit';
import { expect, it } from 'vitest';
import { startPruning } from './pruning.ts';

it('removes what is old in steps with pauses, then every hour, whatever fails, until it is stopped', async () => {
  const clock = createManualClock();
  const results = [250, 250, 3, new Error('down'), 0];
  const steps: number[] = [];
  const befores: string[] = [];
  const pruning = startPruning({
    keepDays: 30,
    clock,
    async prune(before, most) {
      steps.push(clock.now());
      befores.push(before);
      expect(most).toBe(250);
      const result = results[steps.length - 1] ?? 0;
      if (result instanceof Error) throw result;
      return result;
    },
  });
  for (let count = 0; count < 4; count += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advanceToNext();
  }
  expect(steps).toEqual([0, 100, 200, 3_600_200, 7_200_200]);
  expect(Math.abs(Date.now() - Date.parse(befores[0] ?? '') - 30 * 86_400_000)).toBeLessThan(60_000);
  await new Promise((resolve) => setImmediate(resolve));
  pruning.stop();
  expect(clock.pending).toBe(0);
});
