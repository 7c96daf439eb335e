/** Time as the correction loop sees it; tests inject their own. */
export interface Clock {
  /** Milliseconds from an arbitrary start, never going back. */
  now(): number;
  /** Calls `callback` once after `ms` milliseconds unless the returned function is called first. */
  after(ms: number, callback: () => void): () => void;
}

/** The machine's clock: the only place in core that touches timers. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
