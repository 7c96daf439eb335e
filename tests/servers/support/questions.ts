import { generateProblems } from '@stream-aligner/lab';

/** Unseen problems of the world that the tiny pair knows; about half are answered wrong without an aligner. */
export function questions(count: number, seed: number): string[] {
  return [...generateProblems({ split: 'test', seed, count })].map(({ question }) => question);
}
