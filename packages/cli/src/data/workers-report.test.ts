import { expect, it } from 'vitest';
import { createWorkersReport } from './workers-report.ts';

function reported() {
  const said: string[] = [];
  const counts: number[] = [];
  let at = 0;
  const progress = { say: (text: string) => said.push(text), workers: (count: number) => counts.push(count) };
  const note = createWorkersReport(progress, 'redis://host:6379', () => at);
  return {
    said,
    counts,
    note(seconds: number, workers: Parameters<typeof note>[0]) {
      at = seconds * 1000;
      note(workers);
    },
  };
}

it('says once that no worker is there, and how to start one', () => {
  const { said, counts, note } = reported();
  for (const seconds of [0, 4, 6, 8]) note(seconds, []);
  expect(said).toEqual([expect.stringContaining('stream-aligner worker --queue redis://host:6379')]);
  const worker = { name: 'one:1', concurrency: 4 };
  note(10, [worker, { ...worker, name: 'two:1' }]);
  for (const seconds of [12, 20]) note(seconds, []);
  expect(counts).toEqual([0, 0, 0, 0, 2, 0, 0]);
  expect(said).toHaveLength(2);
});

it('says once why a worker refuses, and lets nothing of it move the cursor', () => {
  const { said, counts, note } = reported();
  const refused = { name: 'one:1', concurrency: 4, refused: 'It has\u001b[2J another model.' };
  for (const seconds of [0, 1, 2]) note(seconds, [refused]);
  expect(said).toEqual(['Worker one:1 does not work for this build. It has\uFFFD[2J another model.']);
  expect(counts).toEqual([0, 0, 0]);
});
