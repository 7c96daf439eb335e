import { createReadStream } from 'node:fs';
import { StreamAlignerError } from '@stream-aligner/core';
import { cannotRead, readLines } from '../lines.ts';
import { createArrayCutter } from './array-cutter.ts';

/** A row of a file of rows. */
export interface Row {
  /** The value as JSON gave it. */
  value: unknown;
  /** Where it stands, for messages: "train.jsonl:12", or "math.json, row 12" in an array. */
  where: string;
}

/**
 * The rows of a JSONL file or of a file that is one JSON array, in order, with no more than one held (and what is read
 * ahead). Empty lines are left out. Throws `invalid-request`, with the place, for a file that cannot be read and for what
 * is not JSON.
 */
export async function* readRows(path: string): AsyncGenerator<Row, void, undefined> {
  if (await isArray(path)) yield* arrayRows(path);
  else yield* lineRows(path);
}

async function* lineRows(path: string): AsyncGenerator<Row, void, undefined> {
  for await (const line of readLines(path)) {
    const where = `${path}:${line.number}`;
    if ('fault' in line) throw new StreamAlignerError('invalid-request', `${where}: ${line.fault}.`);
    // A byte order mark counts as whitespace.
    const text = line.text.trim();
    if (text !== '') yield { value: parse(text, where), where };
  }
}

async function* arrayRows(path: string): AsyncGenerator<Row, void, undefined> {
  const cutter = createArrayCutter();
  let number = 0;
  try {
    for await (const chunk of textOf(path)) {
      for (const text of cutter.push(chunk)) {
        number += 1;
        const where = `${path}, row ${number}`;
        yield { value: parse(text, where), where };
      }
    }
    cutter.end();
  } catch (cause) {
    throw StreamAlignerError.isInstance(cause) && !cause.message.startsWith(path)
      ? new StreamAlignerError('invalid-request', `${path}: ${cause.message}`)
      : cannotRead(path, cause);
  }
}

function textOf(path: string): AsyncIterable<string> {
  return createReadStream(path, { encoding: 'utf8', highWaterMark: 256 * 1024 }) as AsyncIterable<string>;
}

/** Whether the first character of a file that is no whitespace opens an array. */
async function isArray(path: string): Promise<boolean> {
  try {
    for await (const chunk of textOf(path)) {
      const text = chunk.trimStart();
      if (text !== '') return text.startsWith('[');
    }
  } catch (cause) {
    throw cannotRead(path, cause);
  }
  return false;
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw new StreamAlignerError(
      'invalid-request',
      `${where} is not JSON. Take a file with one JSON value a line, or one JSON array of rows.`,
    );
  }
}
