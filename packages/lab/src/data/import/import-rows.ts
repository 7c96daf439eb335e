import { segmentText, StreamAlignerError } from '@stream-aligner/core';
import { hash64 } from '../hash.ts';
import { type Row, readRows } from '../rows/read-rows.ts';
import { isKeep, type Provenance, type Tuple, type TupleRecord } from '../tuple.ts';
import { VERSION } from '../version.ts';
import { fieldsOf, type ImportLayout, IMPORT_LAYOUTS, layoutOf, readImported } from './layouts.ts';
import { sentenceTuples } from './sentence-tuples.ts';

export interface ImportOptions {
  /** JSONL files, or files that are one JSON array. */
  files: readonly string[];
  /** Default `auto`: by the fields of each file's first row. */
  from?: ImportLayout | 'auto';
  /** Whole answers less alike than this are set aside. Default {@link LEAST_SIMILARITY}. */
  leastSimilarity?: number;
  /** Who wrote the drafts, for rows that do not say so themselves. Default "unknown". */
  upstream?: string;
  /** Who wrote the corrections, for rows that do not say so themselves. Default "unknown". */
  annotator?: string;
}

/** What one row came to. */
export type ImportResult = {
  where: string;
  layout: ImportLayout;
} & ({ records: TupleRecord[] } | { setAside: string; row: unknown });

/**
 * Reads published correction data as tuples, row by row, holding one row at a time. Whole answers are cut into sentence
 * tuples by {@link sentenceTuples}. A row that gives none says why.
 *
 * Rows that are tuples already have no answer's name: a row that goes on where the row before it ended is taken to be of
 * the same answer; the round of any other is counted from its prefix.
 *
 * @throws StreamAlignerError `invalid-request` for a file that cannot be read, that is no JSON, or whose layout cannot
 * be told.
 */
export async function* importRows(options: ImportOptions): AsyncGenerator<ImportResult, void, undefined> {
  const { files, from = 'auto' } = options;
  for (const file of files) {
    let layout = from === 'auto' ? null : from;
    const follow = createFollower();
    for await (const row of readRows(file)) {
      layout ??= (isRecord(row.value) ? null : layoutOf(row.value)) ?? unknownLayout(row);
      yield { where: row.where, layout, ...resultOf(row, { layout, follow, options }) };
    }
  }
}

interface Reading {
  layout: ImportLayout;
  follow: Follower;
  options: ImportOptions;
}

function resultOf({ value }: Row, { layout, follow, options }: Reading) {
  const imported = readImported(value, layout);
  if ('fault' in imported) return { setAside: imported.fault, row: value };
  const told = value as Record<string, unknown>;
  const base = {
    upstream: textIn(told['upstream']) ?? options.upstream ?? 'unknown',
    annotator: textIn(told['annotator']) ?? textIn(told['corrector']) ?? options.annotator ?? 'unknown',
    prefixes: 'corrected',
    seed: 0,
    temperature: 0,
    version: VERSION,
    source: `import: ${layout}`,
  } as const;
  if ('tuple' in imported) {
    const { tuple } = imported;
    return { records: [recordOf(tuple, { ...follow(tuple), ...base })] };
  }
  const { leastSimilarity } = options;
  const cut = sentenceTuples(imported.whole, leastSimilarity === undefined ? {} : { leastSimilarity });
  if ('unaligned' in cut) return { setAside: cut.unaligned, row: value };
  const { question, answer, correction } = imported.whole;
  const name = hash64('import', layout, question, answer, correction);
  const records = cut.tuples.map((tuple, i) => recordOf(tuple, { answer: name, round: i + 1, ...base }));
  return { records };
}

function recordOf(tuple: Tuple, provenance: Omit<Provenance, 'action'>): TupleRecord {
  const { answer, round, ...rest } = provenance;
  const action = isKeep(tuple) ? 'keep' : 'rewrite';
  return { ...tuple, provenance: { answer, round, action, ...rest } };
}

type Follower = (tuple: Tuple) => { answer: string; round: number };

/** Tells of each row whether it goes on with the answer of the row before. */
function createFollower(): Follower {
  let before: { tuple: Tuple; answer: string; round: number } | null = null;
  let number = 0;
  return (tuple) => {
    number += 1;
    if (before && goesOn(before.tuple, tuple)) before = { ...before, tuple, round: before.round + 1 };
    else {
      const round = 1 + segmentText(tuple.prefix).length;
      // The row's number, since two answers may begin alike.
      const answer = hash64('import', tuple.question, tuple.prefix, tuple.last, String(number));
      before = { tuple, answer, round };
    }
    return { answer: before.answer, round: before.round };
  };
}

function goesOn(before: Tuple, { question, prefix }: Tuple): boolean {
  if (before.question !== question || !prefix.startsWith(before.prefix)) return false;
  return prefix.slice(before.prefix.length).trim() === before.correction.trim();
}

const isRecord = (value: unknown) => typeof value === 'object' && value !== null && 'provenance' in value;

const textIn = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

function unknownLayout({ value, where }: Row): never {
  if (isRecord(value))
    throw new StreamAlignerError(
      'invalid-request',
      `${where} is a tuple of Stream Aligner's own already, and needs no import.`,
    );
  const known = IMPORT_LAYOUTS.map((name) => `${name} (${fieldsOf(name).join(', ')})`).join('; ');
  throw new StreamAlignerError(
    'invalid-request',
    `${where} has the fields of no layout that is known: ${known}. Name the layout with --from, or rename the fields.`,
  );
}
