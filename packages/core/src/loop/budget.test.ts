import {
  createManualClock,
  createScriptedAligner,
  createScriptedUpstream,
  settle,
} from '@stream-aligner/testkit';
import { describe, expect, it } from 'vitest';
import type { AlignEvent } from '../events.ts';
import { alignStream } from './align.ts';
import type { AlignOptions } from './options.ts';

async function run(options: Partial<AlignOptions>, rewritePercent = 50) {
  const clock = createManualClock();
  const upstream = createScriptedUpstream({ clock, textSeed: 7, timingSeed: 7 });
  const aligner = createScriptedAligner({ clock, verdictSeed: 7, timingSeed: 7, rewritePercent });
  const events: AlignEvent[] = [];
  const messages = [{ role: 'user', content: 'Why?' }] as const;
  await settle(
    clock,
    (async () => {
      for await (const event of alignStream({ upstream, aligner, messages, clock, ...options }))
        events.push(event);
    })(),
  );
  const judged = events.filter(({ type }) => type === 'sentence-kept' || type === 'sentence-rewritten');
  const passed = events.flatMap((event) => (event.type === 'text-passed' ? [event.reason] : []));
  return { judged: judged.length, passed, last: events.at(-1) };
}

describe('a budget', () => {
  it.each([
    ['of tokens', { extraTokens: 8 }],
    ['of time', { extraMs: 1 }],
  ])('%s ends the answer when it is spent, and says so', async (_, budget) => {
    const free = await run({});
    const { judged, passed, last } = await run({ budget });
    expect(last).toMatchObject({ type: 'answer-finished', reason: 'length', cause: 'budget' });
    expect(judged).toBeGreaterThan(0);
    expect(judged).toBeLessThan(free.judged);
    expect(passed).toEqual([]);
  });

  it.each([
    ['of tokens', { extraTokens: 8 }],
    ['of time', { extraMs: 1 }],
  ])('%s lets the rest go out, marked, under the policy `pass`', async (_, budget) => {
    const { judged, passed, last } = await run({ budget, onAlignerFailure: 'pass' });
    expect(last).toMatchObject({ type: 'answer-finished', cause: 'upstream' });
    expect(judged).toBeGreaterThan(0);
    expect(passed).toContain('budget-used');
  });

  it('of nothing at all is spent by the first verdict', async () => {
    const { judged } = await run({ budget: { extraTokens: 0 } });
    expect(judged).toBe(1);
  });

  it('that suffices changes nothing', async () => {
    const free = await run({});
    const bounded = await run({ budget: { extraMs: 1e6, extraTokens: 1e6 } });
    expect(bounded.last).toEqual(free.last);
  });
});
