import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename, extname } from 'node:path';
import { StreamAlignerError } from '@stream-aligner/core';
import { cannotRead, readLines } from '../lines.ts';
import { readCsv } from './csv.ts';
import { createArrayCutter } from './array-cutter.ts';

/** A row that was read, or why it was not; `at` says where, as file:line. */
export type FileRow = { at: string } & ({ row: unknown } | { fault: string });

/** A file of rows that are read one by one, with faults told by row. */
export interface RowFile {
  /** What makes it the same file again, wherever it lies. */
  readonly description: { readonly file: string; readonly bytes: number; readonly sha256: string };
  /** How many rows there are about, or null. */
  readonly count: number | null;
  /** The rows in order, read as they are asked for. Can be asked for again. */
  rows(): AsyncIterable<FileRow>;
}

const SEPARATORS: Readonly<Record<string, string>> = { '.csv': ',', '.tsv': '\t' };

/**
 * Rows of a file: CSV or TSV by its name's ending, otherwise one JSON value a line or one JSON array. It is read once to
 * know it again and then as it is used, and never held whole. Throws `invalid-request` for a file that cannot be read.
 */
export async function openRowFile(path: string): Promise<RowFile> {
  const separator = SEPARATORS[extname(path).toLowerCase()];
  const { sha256, bytes, rows, isArray } = await survey(path, separator !== undefined);
  return {
    description: { file: basename(path), bytes, sha256 },
    count: rows,
    rows() {
      if (separator !== undefined) return readCsvRows(path, separator);
      return isArray ? readArray(path) : readJsonLines(path);
    },
  };
}

async function* readJsonLines(path: string): AsyncGenerator<FileRow> {
  for await (const line of readLines(path)) {
    const at = `${path}:${line.number}`;
    if ('fault' in line) yield { at, fault: line.fault };
    else if (line.text.trim() !== '') yield { at, ...parse(line.text) };
  }
}

async function* readArray(path: string): AsyncGenerator<FileRow> {
  const cutter = createArrayCutter();
  let number = 0;
  const at = () => `${path}, row ${number}`;
  try {
    for await (const text of createReadStream(path, { encoding: 'utf8' }) as AsyncIterable<string>) {
      for (const element of cutter.push(text)) {
        number += 1;
        yield { at: at(), ...parse(element) };
      }
    }
    cutter.end();
  } catch (error) {
    if (!StreamAlignerError.isInstance(error)) throw cannotRead(path, error);
    throw new StreamAlignerError('invalid-request', `${at()}: ${error.message}`);
  }
}

async function* readCsvRows(path: string, separator: string): AsyncGenerator<FileRow> {
  for await (const row of readCsv(path, { separator })) {
    const at = `${path}:${row.line}`;
    yield 'fault' in row ? { at, fault: row.fault } : { at, row: row.values };
  }
}

function parse(text: string): { row: unknown } | { fault: string } {
  try {
    return { row: JSON.parse(text) };
  } catch {
    return { fault: 'it is not JSON' };
  }
}

const [NEWLINE, QUOTE, BRACKET] = [10, 34, 91];

interface Survey {
  sha256: string;
  bytes: number;
  /** About how many rows there are: newlines, for CSV those outside quotes. Null for an array. */
  rows: number | null;
  isArray: boolean;
}

async function survey(path: string, isCsv: boolean): Promise<Survey> {
  const digest = createHash('sha256');
  let [bytes, newlines, last, quoted, isArray] = [0, 0, NEWLINE, false, false];
  try {
    for await (const chunk of createReadStream(path, {
      highWaterMark: 1024 * 1024,
    }) as AsyncIterable<Buffer>) {
      if (bytes === 0) isArray = !isCsv && chunk[0] === BRACKET;
      digest.update(chunk);
      bytes += chunk.length;
      for (const byte of chunk) {
        if (byte === QUOTE && isCsv) quoted = !quoted;
        else if (byte === NEWLINE && !quoted) newlines += 1;
      }
      last = chunk.at(-1) ?? last;
    }
  } catch (cause) {
    throw cannotRead(path, cause);
  }
  const rows = Math.max(0, newlines + (last === NEWLINE ? 0 : 1) - (isCsv ? 1 : 0));
  return { sha256: digest.digest('hex'), bytes, rows: isArray ? null : rows, isArray };
}
