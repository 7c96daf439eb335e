import { expect, it } from 'vitest';
import { realEvents } from '../testing/real-events.ts';
import { drawAnswer } from './draw.ts';
import { timelineOf } from './spans.ts';

const better = { 'Two is wrong.': 'Two is right.' };
const text = 'One stands. Two is wrong. Three stands.';

it('cuts the upstream’s work at each restart, and shows every verdict within the answer', async () => {
  const drawing = drawAnswer(await realEvents({ text, better }));
  const { writing, judging, incidents, totalMs } = timelineOf(drawing);
  expect(incidents).toHaveLength(1);
  expect(writing.at(-1)?.to).toBe(totalMs);
  expect(judging.map(({ round, mark }) => [round, mark])).toEqual([
    [1, 'kept'],
    [2, 'rewritten'],
    [3, 'kept'],
  ]);
  for (const { from, to } of [...writing, ...judging]) {
    expect(from).toBeGreaterThanOrEqual(0);
    expect(to).toBeGreaterThanOrEqual(from);
    expect(to).toBeLessThanOrEqual(totalMs);
  }
});

it('counts as saved what was judged while nobody waited', () => {
  const sentence = { round: 1, kind: 'prose', lead: '', draft: 'A.' } as const;
  const judged = { judgedInMs: 100, by: 'copy-check' } as const;
  const drawing = drawAnswer([
    { type: 'draft-seen', ...sentence, at: 200, sent: '' },
    { type: 'sentence-kept', ...sentence, ...judged, at: 230, sent: 'A.' },
  ]);
  expect(timelineOf(drawing)).toMatchObject({ judgedMs: 100, waitedMs: 30, savedMs: 70, firstSentMs: 230 });
});

it('shows nobody writing between a failure and the restart behind it', () => {
  const drawing = drawAnswer([
    {
      type: 'upstream-failed',
      upstream: 'u',
      error: { code: 'x', message: '' },
      waitMs: 50,
      at: 100,
      sent: '',
    },
    {
      type: 'upstream-restarted',
      upstream: 'u',
      continuation: 'native',
      reason: 'recovery',
      prefixLength: 0,
      at: 150,
      sent: '',
    },
    {
      type: 'answer-aborted',
      at: 300,
      sent: '',
      counts: expect.anything(),
      timings: { firstUpstreamText: 20, firstSentText: null },
    },
  ]);
  expect(timelineOf(drawing).writing).toEqual([
    { from: 20, to: 100 },
    { from: 150, to: 300 },
  ]);
});
