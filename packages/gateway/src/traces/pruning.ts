import type { Clock } from '@stream-aligner/core';

/** Traces removed at once: others read and write between one step and the next. */
const STEP = 250;
const BETWEEN_STEPS_MS = 100;
const BETWEEN_ROUNDS_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Removes old traces, a few at a time, now and every hour until `stop`. A failure waits for the next hour. */
export function startPruning({
  keepDays,
  prune,
  clock,
}: {
  keepDays: number;
  prune(before: string, most: number): Promise<number>;
  clock: Clock;
}): { stop(): void } {
  let cancel = () => {};
  let isStopped = false;

  async function step(): Promise<void> {
    const before = new Date(Date.now() - keepDays * DAY_MS).toISOString();
    const removed = await prune(before, STEP).catch(() => 0);
    if (!isStopped)
      cancel = clock.after(removed === STEP ? BETWEEN_STEPS_MS : BETWEEN_ROUNDS_MS, () => void step());
  }

  void step();
  return {
    stop() {
      isStopped = true;
      cancel();
    },
  };
}
