import { isKeep, type TupleRecord } from '../tuple.ts';
import { orderOf } from './duplicates.ts';
import { SPLITS, type SplitName } from './split.ts';

/** Whether a keep stays where keeps may be at most a share of each split. */
export type Balance = (tuple: TupleRecord, split: SplitName) => boolean;

/** Finds for each split how many keeps may stay: those with the lowest order. Holds 8 bytes a keep. */
export async function balanceOf(
  tuples: AsyncIterable<{ tuple: TupleRecord; split: SplitName }>,
  share: number,
): Promise<Balance> {
  const keeps: Record<SplitName, number[]> = { train: [], validation: [], test: [] };
  const rewrites = { train: 0, validation: 0, test: 0 };
  for await (const { tuple, split } of tuples) {
    if (isKeep(tuple)) keeps[split].push(orderOf(tuple));
    else rewrites[split] += 1;
  }
  const highest = { train: 0, validation: 0, test: 0 };
  for (const split of SPLITS) {
    const orders = Float64Array.from(keeps[split]).sort();
    // The hair more is for shares such as 0.6, whose quotient falls short of a whole number by one.
    const allowed = Math.floor((share / (1 - share)) * rewrites[split] + 1e-9);
    highest[split] = allowed === 0 ? -1 : (orders[allowed - 1] ?? 1);
  }
  return (tuple, split) => !isKeep(tuple) || orderOf(tuple) <= highest[split];
}
