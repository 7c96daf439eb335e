import type { Clock } from '@stream-aligner/core';

/** When events are due, in milliseconds from the request; on absolute times, so that delays do not add up. */
export interface Pace {
  clock: Clock;
  /** The schedule of one request: a first request and a restart may differ, and so may an aligner. */
  schedule(request: { model: string; prefix: string; path: string }): { firstMs: number; everyMs: number };
}

/** Lets waiters through one at a time, in order, as steps are given. */
export interface StepGate {
  step(count: number): void;
  /** Resolves at the waiter's step, or when `signal` aborts. */
  wait(signal: AbortSignal): Promise<void>;
}

export function createStepGate(): StepGate {
  const waiting: (() => void)[] = [];
  let steps = 0;
  return {
    step(count) {
      steps += count;
      while (steps > 0 && waiting.length > 0) {
        steps -= 1;
        waiting.shift()?.();
      }
    },
    async wait(signal) {
      if (signal.aborted) return;
      if (steps > 0) {
        steps -= 1;
        return;
      }
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        signal.addEventListener('abort', () => {
          const at = waiting.indexOf(resolve);
          if (at >= 0) waiting.splice(at, 1);
          resolve();
        });
      });
    },
  };
}

/** Resolves at a time of the clock, or when `signal` aborts. */
export async function waitUntil(time: number, clock: Clock, signal: AbortSignal): Promise<void> {
  const ms = time - clock.now();
  if (ms <= 0 || signal.aborted) return;
  await new Promise<void>((resolve) => {
    const cancel = clock.after(ms, resolve);
    signal.addEventListener('abort', () => {
      cancel();
      resolve();
    });
  });
}
