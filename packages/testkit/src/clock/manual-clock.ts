import type { Clock } from '@stream-aligner/core';

/** A clock that only a test moves. */
export interface ManualClock extends Clock {
  /** Timers that are still set. */
  readonly pending: number;
  /** Moves time on, calling what falls due, in order. */
  advance(ms: number): void;
  /** Moves time on to the next timer and calls it. False: there is none. */
  advanceToNext(): boolean;
}

interface Timer {
  due: number;
  callback: () => void;
}

export function createManualClock(): ManualClock {
  let time = 0;
  const timers = new Set<Timer>();

  function next(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of timers) if (!first || timer.due < first.due) first = timer;
    return first;
  }

  function fire(timer: Timer): void {
    timers.delete(timer);
    time = Math.max(time, timer.due);
    timer.callback();
  }

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
      const end = time + ms;
      for (let timer = next(); timer && timer.due <= end; timer = next()) fire(timer);
      time = end;
    },
    advanceToNext() {
      const timer = next();
      if (timer) fire(timer);
      return timer !== undefined;
    },
  };
}
