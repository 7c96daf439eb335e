import { hash64, unitOf } from '../hash.ts';
import { createHashMap } from '../hash-map.ts';
import { splitOfFile, type TupleRow } from '../read-tuples.ts';
import { isKeep } from '../tuple.ts';
import { changedShare } from './changed-share.ts';
import { createHistogram, type Summary } from './histogram.ts';

/** Rows of one kind. */
export interface Group {
  name: string;
  rows: number;
  keeps: number;
}

/** What is in a set of tuples. */
export interface DataStats {
  rows: number;
  keeps: number;
  rewrites: number;
  /** Different ones. */
  questions: number;
  /** Different ones, of rows with provenance. */
  answers: number;
  /** Rows that are equal to an earlier one but for provenance. */
  duplicates: number;
  /** Rows with the question, prefix and draft of an earlier one, but another correction. */
  contradictions: number;
  /** Groups in order of size, rounds in their own. Rows without provenance count as "unknown". */
  by: Record<'split' | 'upstream' | 'annotator' | 'round' | 'stratum', Group[]>;
  /** In characters (code units). Null without rows. */
  lengths: Record<'question' | 'prefix' | 'last' | 'correction', Summary | null>;
  /** Share of each rewrite's words that changed, see {@link changedShare}; null without rewrites. */
  changed: Summary | null;
  /** Questions that are in two splits: what was learned from is then tested on. Empty when all is well. */
  overlaps: { splits: [string, string]; questions: number }[];
}

/** Rounds beyond this are one group. */
const LAST_ROUND = 10;

/** Reads tuples to the end and counts. Holds at most about 150 bytes a row (hashes of what was seen). */
export async function dataStats(rows: AsyncIterable<TupleRow>): Promise<DataStats> {
  const seen = createHashMap();
  const answers = createHashMap();
  const questions = createQuestions();
  const by = { split: groups(), upstream: groups(), annotator: groups(), round: groups(), stratum: groups() };
  const texts = ['question', 'prefix', 'last', 'correction'] as const;
  const lengths = texts.map((name) => ({ name, histogram: createHistogram() }));
  const changed = createHistogram();
  const count = { rows: 0, keeps: 0, duplicates: 0, contradictions: 0 };

  for await (const { tuple, file } of rows) {
    const { question, prefix, last, correction, provenance } = tuple;
    const keep = isKeep(tuple);
    count.rows += 1;
    if (keep) count.keeps += 1;
    else changed.add(Math.round(100 * changedShare(last, correction)) / 100);
    for (const { name, histogram } of lengths) histogram.add(tuple[name].length);

    const asked = hash64(question, prefix, last);
    const said = unitOf(hash64(correction));
    const before = seen.get(asked);
    if (before === undefined) seen.set(asked, said);
    else count[before === said ? 'duplicates' : 'contradictions'] += 1;

    const split = splitOfFile(file);
    questions.add(question, split);
    if (provenance) answers.set(hash64(provenance.answer), 1);
    by.split.add(split ?? 'none', keep);
    by.upstream.add(provenance?.upstream ?? UNKNOWN, keep);
    by.annotator.add(provenance?.annotator ?? UNKNOWN, keep);
    by.round.add(provenance ? roundName(provenance.round) : UNKNOWN, keep);
    for (const stratum of provenance?.strata ?? []) by.stratum.add(stratum, keep);
  }

  const [question, prefix, last, correction] = lengths.map(({ histogram }) => histogram.summary());
  return {
    ...count,
    rewrites: count.rows - count.keeps,
    questions: questions.size(),
    answers: answers.size,
    by: {
      split: by.split.list(),
      upstream: by.upstream.list(),
      annotator: by.annotator.list(),
      round: by.round.list().toSorted((one, other) => roundOf(one) - roundOf(other)),
      stratum: by.stratum.list(),
    },
    lengths: {
      question: question ?? null,
      prefix: prefix ?? null,
      last: last ?? null,
      correction: correction ?? null,
    },
    changed: changed.summary(),
    overlaps: questions.overlaps(),
  };
}

const UNKNOWN = 'unknown';

const roundName = (round: number) => (round > LAST_ROUND ? `${LAST_ROUND + 1} and later` : String(round));

/** Rows of no known round come last. */
const roundOf = ({ name }: Group) => Number.parseInt(name) || Number.MAX_SAFE_INTEGER;

function groups() {
  const byName = new Map<string, Group>();
  return {
    add(name: string, keep: boolean): void {
      const group = byName.get(name) ?? { name, rows: 0, keeps: 0 };
      group.rows += 1;
      group.keeps += keep ? 1 : 0;
      byName.set(name, group);
    },
    list: () => [...byName.values()].toSorted((one, other) => other.rows - one.rows),
  };
}

/** The questions, and in which splits each has been. Questions that differ in whitespace or case are the same. */
function createQuestions() {
  const splits: string[] = [];
  const masks = createHashMap();
  const shared = new Map<string, { splits: [string, string]; questions: number }>();

  function bitOf(split: string): number {
    if (!splits.includes(split)) splits.push(split);
    return 1 << splits.indexOf(split);
  }

  return {
    add(question: string, split: string | null): void {
      const key = hash64(question.replace(/\s+/g, ' ').trim().toLowerCase());
      const mask = masks.get(key) ?? 0;
      const bit = split === null ? 0 : bitOf(split);
      masks.set(key, mask | bit);
      if (split === null || (mask & bit) !== 0) return;
      for (const [place, other] of splits.entries()) {
        if ((mask & (1 << place)) === 0) continue;
        const pair: [string, string] = place < splits.indexOf(split) ? [other, split] : [split, other];
        const entry = shared.get(pair.join()) ?? { splits: pair, questions: 0 };
        entry.questions += 1;
        shared.set(pair.join(), entry);
      }
    },
    size: () => masks.size,
    overlaps: () => [...shared.values()],
  };
}
