import { createManualClock, settle } from '@stream-aligner/testkit';
import { describe, expect, it } from 'vitest';
import type { RecordedAnswer } from '../recorded-answer.ts';
import { createTraceWriter } from './writer.ts';

/** The writer hands answers over as they are, so that it does not matter what they are. */
const answer = (number: number) => ({ id: `${number}` }) as RecordedAnswer;

function startWriter(write: (ids: string[]) => Promise<void>) {
  const clock = createManualClock();
  const dropped: [count: number, reason: string][] = [];
  const writer = createTraceWriter({
    clock,
    write: (answers) => write(answers.map(({ id }) => id)),
    onDropped: (count, { reason }) => dropped.push([count, reason]),
  });
  const add = (count: number, size = 10) => {
    for (let number = 0; number < count; number += 1) writer.add(answer(number), size);
  };
  return { clock, dropped, writer, add };
}

describe('the writer of traces', () => {
  it('writes all in order, at most 16 at once, one batch after the other', async () => {
    const written: string[] = [];
    let atOnce = 0;
    const { writer, add, clock } = startWriter(async (ids) => {
      atOnce += 1;
      expect([atOnce, ids.length <= 16]).toEqual([1, true]);
      await Promise.resolve();
      written.push(...ids);
      atOnce -= 1;
    });
    add(40);
    await settle(clock, writer.close(5_000));
    expect(written).toEqual(Array.from({ length: 40 }, (_, number) => `${number}`));
  });

  it('tries a batch three times, and then goes on with the next', async () => {
    const tries: string[] = [];
    const { clock, dropped, add, writer } = startWriter(async (ids) => {
      tries.push(ids.join());
      if (ids.includes('0')) throw new Error('down');
    });
    add(17);
    while (tries.at(-1) !== '16') {
      await new Promise((resolve) => setImmediate(resolve));
      clock.advanceToNext();
    }
    const first = Array.from({ length: 16 }, (_, number) => number).join();
    expect(tries).toEqual([first, first, first, '16']);
    expect(dropped).toEqual([[16, 'store-failed']]);
    await writer.close(0);
  });

  it.each([
    ['many', 1_100, 10, 100],
    ['large', 40, 1_000_000, 8],
  ])('drops what are too %s to wait, and no more', async (_what, count, size, over) => {
    const never = Promise.withResolvers<void>();
    const { dropped, add, writer, clock } = startWriter(() => never.promise);
    add(count, size);
    expect(dropped).toEqual(Array.from({ length: over }, () => [1, 'queue-full']));
    never.resolve();
    await settle(clock, writer.close(5_000));
    expect(dropped).toHaveLength(over);
  });

  it('closes in time, and counts what was not written', async () => {
    const stuck = Promise.withResolvers<void>();
    const { dropped, add, writer, clock } = startWriter(() => stuck.promise);
    add(20);
    await settle(clock, writer.close(5_000));
    expect(clock.now()).toBe(5_000);
    // The store is closed then, and what it had in hand fails; it has been counted.
    stuck.reject(new Error('closed'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(dropped).toEqual([[20, 'closing']]);
    writer.add(answer(21), 1);
    expect(dropped.at(-1)).toEqual([1, 'closing']);
  });
});
