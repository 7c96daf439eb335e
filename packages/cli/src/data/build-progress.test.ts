import type { Tally } from '@stream-aligner/lab';
import { expect, it } from 'vitest';
import { progressLine } from './build-progress.ts';

const tally: Tally = {
  total: 10_000,
  seen: 2_500,
  answers: 2_490,
  made: 1_200,
  failed: 10,
  unreadable: 0,
  tuples: 12_345,
  keeps: 8_642,
  unparsable: 0,
  upstreams: { big: { input: 1_000_000, output: 500_000 } },
  annotator: { input: 200_000, output: 50_000 },
};

it('says how far a build is, how fast, what it cost and how long it still takes', () => {
  expect(progressLine(tally, { seconds: 100, cost: 1.234 })).toBe(
    '[#####---------------] 2,500/10,000 answers · 12.0/s · 12,345 tuples · 70 % keeps · 10 failed · 1.8M tokens · cost 1.23 · 10 min left',
  );
});

it('leaves out what nobody knows', () => {
  const line = progressLine(
    { ...tally, total: null, made: 0, tuples: 0, keeps: 0 },
    { seconds: 0, cost: null },
  );
  expect(line).toBe('2,500 answers · 0.0/s · 0 tuples · 10 failed · 1.8M tokens');
});

it('says how many workers a build on a queue has', () => {
  expect(progressLine(tally, { seconds: 100, cost: null, workers: 1 })).toContain(
    ' · 1 worker · 10 min left',
  );
  expect(progressLine(tally, { seconds: 100, cost: null, workers: 0 })).toContain(' · 0 workers · ');
});
