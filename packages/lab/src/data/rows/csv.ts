import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import { cannotRead } from '../lines.ts';

/** A row of a CSV file by the names in its header, or why it is none. `line` is the one on which it ends. */
export type CsvRow = { line: number } & ({ values: Record<string, string> } | { fault: string });

/** Longest row, in code units: a quote that is never closed must not take a whole file into memory. */
const MAX_ROW = 16 * 1024 * 1024;

const FAULTS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed, so that every row behind it is lost',
  CSV_MAX_RECORD_SIZE:
    'the row is too long: perhaps a quote was never closed, and every row behind it is lost',
  CSV_RECORD_INCONSISTENT_COLUMNS: 'the row has more or fewer fields than the header',
};

/**
 * Rows of a CSV file with a header. A quote inside an unquoted field counts as text, as spreadsheets have it. Empty lines
 * are left out; what cannot be read is told as soon as it is met, before rows that are still on their way. Throws `invalid-request` for a file that cannot be read.
 */
export async function* readCsv(
  path: string,
  { separator = ',' } = {},
): AsyncGenerator<CsvRow, void, undefined> {
  let faults: CsvRow[] = [];
  const parser = parse({
    delimiter: separator,
    columns: true,
    bom: true,
    info: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: MAX_ROW,
    on_skip: (error) => {
      const fault = FAULTS[error?.code ?? ''] ?? `the row cannot be read (${error?.code ?? 'unknown'})`;
      faults.push({ line: Number(error?.['lines'] ?? 0), fault });
      return undefined;
    },
  });
  const piping = pipeline(createReadStream(path, { highWaterMark: 256 * 1024 }), parser);
  // Told by the parser's own end.
  piping.catch(() => {});
  function* told(): Generator<CsvRow> {
    yield* faults;
    faults = [];
  }
  try {
    for await (const { record, info } of parser as AsyncIterable<ParsedRow>) {
      yield* told();
      yield { line: info.lines, values: record };
    }
  } catch (cause) {
    throw cannotRead(path, cause);
  }
  yield* told();
}

interface ParsedRow {
  record: Record<string, string>;
  info: { lines: number };
}
