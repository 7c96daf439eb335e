/** A tick later than this is a pause, in milliseconds. */
const TICK_MS = 5;

/**
 * Counts the time in which nothing of this process ran, in milliseconds, until `stop` gives it: on a busy machine that
 * is nobody's fault, and a bound on one's own time must leave it out. Waiting for anything is not such a time.
 */
export function watchPauses(): { stop(): number } {
  let last = performance.now();
  let paused = 0;
  const count = () => {
    const now = performance.now();
    paused += Math.max(0, now - last - TICK_MS);
    last = now;
  };
  const timer = setInterval(count, 1);
  return {
    stop() {
      clearInterval(timer);
      count();
      return paused;
    },
  };
}
