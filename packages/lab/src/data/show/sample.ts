import { createRandom } from '../../worlds/random.ts';
import type { TupleRow } from '../read-tuples.ts';
import { isKeep } from '../tuple.ts';

/** Which rows are of interest; all that is given must hold. */
export interface RowFilter {
  action?: 'keep' | 'rewrite';
  /** Text in the question, prefix, draft or correction, in any case. */
  match?: string;
  round?: number;
  upstream?: string;
  annotator?: string;
  stratum?: string;
}

export interface SampleOptions {
  filter?: RowFilter;
  /** How many rows at most. */
  count: number;
  /** The same seed takes the same rows of the same files. */
  seed: number;
}

/** Some of the rows that a filter lets through, in the order of the files. */
export interface Sample {
  rows: TupleRow[];
  /** How many the filter let through. */
  matching: number;
  total: number;
}

/** Takes rows by chance, each with the same probability, and holds no more than it takes. */
export async function sampleTuples(
  rows: AsyncIterable<TupleRow>,
  { filter = {}, count, seed }: SampleOptions,
): Promise<Sample> {
  const random = createRandom(seed);
  const taken: { at: number; row: TupleRow }[] = [];
  let [total, matching] = [0, 0];
  for await (const row of rows) {
    total += 1;
    if (!passes(row, filter)) continue;
    matching += 1;
    const entry = { at: matching, row };
    if (taken.length < count) taken.push(entry);
    else {
      const place = random.int(0, matching - 1);
      if (place < count) taken[place] = entry;
    }
  }
  const inOrder = taken.toSorted((one, other) => one.at - other.at);
  return { rows: inOrder.map(({ row }) => row), matching, total };
}

function passes({ tuple }: TupleRow, filter: RowFilter): boolean {
  const { provenance } = tuple;
  const { action, match, round, upstream, annotator, stratum } = filter;
  if (action !== undefined && (action === 'keep') !== isKeep(tuple)) return false;
  if (round !== undefined && provenance?.round !== round) return false;
  if (upstream !== undefined && provenance?.upstream !== upstream) return false;
  if (annotator !== undefined && provenance?.annotator !== annotator) return false;
  if (stratum !== undefined && !provenance?.strata?.includes(stratum)) return false;
  if (match === undefined) return true;
  const sought = match.toLowerCase();
  return [tuple.question, tuple.prefix, tuple.last, tuple.correction].some((text) =>
    text.toLowerCase().includes(sought),
  );
}
