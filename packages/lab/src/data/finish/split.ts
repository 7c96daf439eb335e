import { hash64, unitOf } from '../hash.ts';

export const SPLITS = ['train', 'validation', 'test'] as const;
export type SplitName = (typeof SPLITS)[number];

/** Shares of the questions, in percent; they add up to 100. */
export type SplitShares = Readonly<Record<SplitName, number>>;

/** The split of all tuples of a question, by its hash: the same in every build. */
export function splitOfQuestion(question: string, shares: SplitShares): SplitName {
  const at = 100 * unitOf(hash64('split', question));
  if (at < shares.train) return 'train';
  return at < shares.train + shares.validation ? 'validation' : 'test';
}
