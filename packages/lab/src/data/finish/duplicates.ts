import { hash64, unitOf } from '../hash.ts';
import { createHashMap } from '../hash-map.ts';
import type { TupleRecord } from '../tuple.ts';

/** A number in [0, 1) that is a row's own, so that what stays of several is the same in whatever order they come. */
export function orderOf({ provenance }: TupleRecord): number {
  return unitOf(hash64('order', provenance.answer, `${provenance.round}`));
}

/** Of tuples with the same question, prefix and last sentence: the one with the lowest order. */
export interface Duplicates {
  /** Different tuples so far. */
  readonly size: number;
  note(tuple: TupleRecord): void;
  /** Whether a tuple is the one that stays, once all have been noted. */
  isFirst(tuple: TupleRecord): boolean;
}

export function createDuplicates(): Duplicates {
  const lowest = createHashMap();
  const keyOf = ({ question, prefix, last }: TupleRecord) => hash64('tuple', question, prefix, last);
  return {
    get size() {
      return lowest.size;
    },
    note(tuple) {
      const key = keyOf(tuple);
      const [known, order] = [lowest.get(key), orderOf(tuple)];
      if (known === undefined || order < known) lowest.set(key, order);
    },
    isFirst: (tuple) => lowest.get(keyOf(tuple)) === orderOf(tuple),
  };
}
