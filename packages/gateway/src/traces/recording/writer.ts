import type { Clock } from '@stream-aligner/core';
import type { RecordedAnswer } from '../recorded-answer.ts';

/** Answers that may wait to be written. */
const MOST_WAITING = 1_000;
/** Code units that they may hold together. */
const MOST_CHARACTERS = 32_000_000;
/** Answers handed over at once: copying them for another thread holds this one up for well under a millisecond. */
const BATCH = 16;
const TRIES = 3;
const PAUSE_MS = 1_000;

/** Why traces are not written. */
export type DropReason = 'queue-full' | 'store-failed' | 'closing';

/** Writes what is recorded in the background. Nobody ever waits for it, and what it cannot take is dropped. */
export interface TraceWriter {
  /** Takes an answer that holds about `size` code units; never throws. */
  add(answer: RecordedAnswer, size: number): void;
  /** Takes no more, and resolves when what was taken is written, or dropped after `withinMs`. */
  close(withinMs: number): Promise<void>;
}

export function createTraceWriter({
  write,
  onDropped,
  clock,
}: {
  /** Writing an answer that was written before must do nothing: a batch is tried several times. */
  write(answers: readonly RecordedAnswer[]): Promise<void>;
  onDropped(count: number, why: { reason: DropReason; error?: unknown }): void;
  clock: Clock;
}): TraceWriter {
  let waiting: { answer: RecordedAnswer; size: number }[] = [];
  let size = 0;
  let writing: Promise<void> | null = null;
  /** The batch that is being written, which is dropped if closing cannot wait for it. */
  let inHand = 0;
  const closing = Promise.withResolvers<void>();
  let isClosing = false;

  async function work(): Promise<void> {
    // The answer that brought this about sends its last words first.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH);
      waiting = waiting.slice(BATCH);
      for (const entry of batch) size -= entry.size;
      inHand = batch.length;
      await writeBatch(batch.map(({ answer }) => answer));
      inHand = 0;
    }
    // In the same moment in which nothing was left, or an answer could come in between and wait for the next.
    writing = null;
  }

  async function writeBatch(batch: readonly RecordedAnswer[]): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await write(batch);
        return;
      } catch (error) {
        if (attempt < TRIES && !isClosing) {
          await pause();
          continue;
        }
        // What closing had no time for was counted then.
        if (inHand > 0) onDropped(batch.length, { reason: 'store-failed', error });
        return;
      }
    }
  }

  /** Waits a moment, or until there is no more time to wait. */
  async function pause(): Promise<void> {
    const over = Promise.withResolvers<void>();
    const cancel = clock.after(PAUSE_MS, over.resolve);
    await Promise.race([over.promise, closing.promise]);
    cancel();
  }

  return {
    add(answer, length) {
      if (isClosing) onDropped(1, { reason: 'closing' });
      else if (waiting.length >= MOST_WAITING || size + length > MOST_CHARACTERS)
        onDropped(1, { reason: 'queue-full' });
      else {
        waiting.push({ answer, size: length });
        size += length;
        writing ??= work();
      }
    },
    async close(withinMs) {
      isClosing = true;
      closing.resolve();
      if (writing === null) return;
      const late = Promise.withResolvers<boolean>();
      const cancel = clock.after(withinMs, () => late.resolve(true));
      const isLate = await Promise.race([writing.then(() => false), late.promise]);
      cancel();
      if (!isLate) return;
      const left = waiting.length + inHand;
      waiting = [];
      inHand = 0;
      onDropped(left, { reason: 'closing' });
    },
  };
}
