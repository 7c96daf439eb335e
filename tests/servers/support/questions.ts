import { tasksOf } from '@stream-aligner/lab';

/** Unseen problems of the world that the tiny pair knows best; many are answered wrong without an aligner. */
export function questions(count: number, seed: number): string[] {
  return [...tasksOf('sums', { split: 'test', seed, count })].map(({ question }) => question);
}
