import type { Clock } from '@stream-aligner/core';

/** A clock that only a test moves: for parts that do real I/O, which a clock that moves by itself would overtake. */
export interface ManualClock extends Clock {
  /** Timers that are still set. */
  readonly pending: number;
  /** Moves time on, calling what falls due, in order. */
  advance(ms: number): void;
}

export function createManualClock(): ManualClock {
  let time = 0;
  const timers = new Set<{ due: number; callback: () => void }>();
  return {
    get pending() {
      return timers.size;
    },
    now: () => time,
    after(ms, callback) {
      const timer = { due: time + ms, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      time += ms;
      for (const timer of [...timers].sort((a, b) => a.due - b.due)) {
        if (timer.due <= time && timers.delete(timer)) timer.callback();
      }
    },
  };
}
