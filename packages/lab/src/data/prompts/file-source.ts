import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename, extname } from 'node:path';
import { cannotRead, readLines } from '../lines.ts';
import { createArrayCutter } from '../rows/array-cutter.ts';
import { readCsv } from './csv.ts';
import { readRow } from './layouts.ts';
import type { PromptSource, SourceItem } from './source.ts';

const SEPARATORS: Readonly<Record<string, string>> = { '.csv': ',', '.tsv': '\t' };

/** A row that was read, or why it was not. */
type Read = { at: string } & ({ row: unknown } | { fault: string });

/**
 * Prompts of a file: CSV or TSV by its name's ending, otherwise one JSON value a line or one JSON array of rows. It is read
 * once to know it again and then as it is used, and never held whole. Throws `invalid-request` for a file that cannot be
 * read.
 *
 * @param options.field The field or column that holds the prompt. Default: as `readRow` finds it.
 */
export async function openFileSource(
  path: string,
  { field }: { field?: string } = {},
): Promise<PromptSource> {
  const separator = SEPARATORS[extname(path).toLowerCase()];
  const { sha256, bytes, rows, isArray } = await survey(path, separator !== undefined);
  const read = () => {
    if (separator !== undefined) return readCsvRows(path, separator);
    return isArray ? readArray(path) : readJsonLines(path);
  };
  return {
    description: { file: basename(path), bytes, sha256, ...(field !== undefined && { field }) },
    count: rows,
    async *items() {
      for await (const row of read()) yield itemOf(row, field);
    },
  };
}

function itemOf(read: Read, field: string | undefined): SourceItem {
  const { at } = read;
  const found = 'fault' in read ? read : readRow(read.row, field);
  return 'fault' in found ? { at, fault: found.fault } : { at, prompt: found };
}

async function* readJsonLines(path: string): AsyncGenerator<Read> {
  for await (const line of readLines(path)) {
    const at = `${path}:${line.number}`;
    if ('fault' in line) yield { at, fault: line.fault };
    else if (line.text.trim() !== '') yield { at, ...parse(line.text) };
  }
}

async function* readArray(path: string): AsyncGenerator<Read> {
  const cutter = createArrayCutter();
  let number = 0;
  for await (const text of createReadStream(path, { encoding: 'utf8' }) as AsyncIterable<string>) {
    for (const element of cutter.push(text)) {
      number += 1;
      yield { at: `${path}, row ${number}`, ...parse(element) };
    }
  }
  cutter.end();
}

async function* readCsvRows(path: string, separator: string): AsyncGenerator<Read> {
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
