import { expect, it } from 'vitest';
import { createWorkerLog } from './worker-log.ts';

it('says what a worker does, and the same complaint once', () => {
  const lines: string[] = [];
  const log = createWorkerLog((line) => lines.push(line));
  log.note({ type: 'joined', build: 'abc' });
  for (const failed of [false, true, false]) log.note({ type: 'answered', failed });
  for (const message of ['full', 'full']) log.note({ type: 'fault', message });
  log.note({ type: 'left', build: 'abc' });
  log.end();
  expect(lines).toEqual([
    'stream-aligner: Works for build abc.\n',
    'stream-aligner: The queue complains, and is tried again: full\n',
    'stream-aligner: Build abc is over.\n',
    expect.stringMatching(/^stream-aligner: 3 answers, 1 of them failed; [\d.]+\/s since the start\.\n$/),
  ]);
});
