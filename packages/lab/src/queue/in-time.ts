import { setTimeout } from 'node:timers/promises';

/** Waits for work, but no longer than so many milliseconds. Gives whether it was done by then; rejects if it failed. */
export async function inTime(work: Promise<unknown>, ms: number): Promise<boolean> {
  const done = new AbortController();
  const late = setTimeout(ms, false, { signal: done.signal }).catch(() => false);
  return Promise.race([work.then(() => true), late]).finally(() => done.abort());
}
