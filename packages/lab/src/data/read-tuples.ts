import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { StreamAlignerError } from '@stream-aligner/core';
import { type AnswerRecord, tuplesOf } from './answers/answer-record.ts';
import { cannotRead } from './lines.ts';
import { readRows } from './rows/read-rows.ts';
import type { Provenance, Tuple } from './tuple.ts';

/** A tuple of a file; rows that were not built by us may have no provenance. */
export interface ReadTuple extends Tuple {
  provenance?: Provenance;
}

/** A tuple and where it stands. */
export interface TupleRow {
  tuple: ReadTuple;
  /** The file it is from. */
  file: string;
  /** "train.jsonl:12", for messages. */
  where: string;
}

/** What a folder's tuples are read from: the splits of `data build`, or one file of all. */
const TUPLE_FILES = ['train', 'validation', 'test', 'tuples'].map((name) => `${name}.jsonl`);

const TEXTS = ['question', 'prefix', 'last', 'correction'] as const;

/**
 * The tuples of files and folders, in order, one at a time. A folder stands for its train.jsonl, validation.jsonl,
 * test.jsonl and tuples.jsonl. The answers of a build (answers.jsonl) are read as their tuples, before any filter. Throws
 * `invalid-request`, with file and line, for what is no tuple.
 */
export async function* readTuples(paths: readonly string[]): AsyncGenerator<TupleRow, void, undefined> {
  for (const file of await tupleFiles(paths)) {
    for await (const { value, where } of readRows(file)) {
      const tuples = isAnswer(value) ? tuplesOf(value).map(({ record }) => record) : [value];
      for (const tuple of tuples) yield { tuple: tupleOf(tuple, where), file, where };
    }
  }
}

function isAnswer(value: unknown): value is AnswerRecord {
  const isObject = typeof value === 'object' && value !== null;
  if (!isObject || !('sentences' in value) || !Array.isArray(value.sentences)) return false;
  return value.sentences.every((sentence: unknown) => {
    const { lead, draft } = (sentence ?? {}) as Record<string, unknown>;
    return typeof lead === 'string' && typeof draft === 'string';
  });
}

/** The files that {@link readTuples} reads. */
export async function tupleFiles(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    try {
      files.push(...((await stat(path)).isDirectory() ? await filesIn(path) : [path]));
    } catch (cause) {
      throw cannotRead(path, cause);
    }
  }
  return files;
}

async function filesIn(folder: string): Promise<string[]> {
  const there = new Set(await readdir(folder));
  const files = TUPLE_FILES.filter((name) => there.has(name)).map((name) => join(folder, name));
  if (files.length > 0) return files;
  throw new StreamAlignerError(
    'invalid-request',
    `${folder} holds no tuples: there is no ${TUPLE_FILES.join(', ')} in it. Name the files themselves.`,
  );
}

/** The split a file is, by its name, or null: what must share no question with another split. */
export function splitOfFile(file: string): string | null {
  const name = basename(file).split('.')[0]?.toLowerCase() ?? '';
  return SPLIT_NAMES[name] ?? null;
}

const SPLIT_NAMES: Readonly<Record<string, string>> = {
  train: 'train',
  training: 'train',
  validation: 'validation',
  valid: 'validation',
  val: 'validation',
  dev: 'validation',
  eval: 'validation',
  test: 'test',
};

/** A row as a tuple. Throws `invalid-request` when it is none. */
export function tupleOf(value: unknown, where: string): ReadTuple {
  const row = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  const missing = TEXTS.find((name) => typeof row[name] !== 'string');
  if (missing !== undefined)
    throw notTuple(where, `it has no text "${missing}" (a tuple has ${TEXTS.join(', ')})`);
  const { question, prefix, last, correction } = row as unknown as Tuple;
  const tuple: ReadTuple = { question, prefix, last, correction };
  if (row['provenance'] == null) return tuple;
  const fault = provenanceFault(row['provenance']);
  if (fault !== null) throw notTuple(where, fault);
  return { ...tuple, provenance: row['provenance'] as Provenance };
}

const PROVENANCE: readonly [name: keyof Provenance, type: string][] = [
  ['answer', 'string'],
  ['round', 'number'],
  ['action', 'string'],
  ['upstream', 'string'],
  ['annotator', 'string'],
  ['prefixes', 'string'],
  ['seed', 'number'],
  ['temperature', 'number'],
  ['version', 'string'],
];

function provenanceFault(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return 'its provenance is no object';
  const fields = value as Record<string, unknown>;
  const wrong = PROVENANCE.find(([name, type]) => typeof fields[name] !== type);
  if (wrong) return `its provenance has no ${wrong[1]} "${wrong[0]}"`;
  const { strata = [] } = fields;
  const areTexts = Array.isArray(strata) && strata.every((stratum) => typeof stratum === 'string');
  return areTexts ? null : 'the strata of its provenance are no list of texts';
}

function notTuple(where: string, why: string): StreamAlignerError {
  return new StreamAlignerError(
    'invalid-request',
    `${where} is no tuple: ${why}. Other layouts are read by "stream-aligner data import".`,
  );
}
