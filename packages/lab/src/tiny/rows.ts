import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { renderStreamAligner } from '@stream-aligner/core';
import type { Tuple } from '../worlds/sums/tuples.ts';

/** One training row of the trainer: a user turn and the assistant's turn. */
export interface Row {
  user: string;
  assistant: string;
}

/** An aligner's training row: its contract's user turn, and the correction. */
export function alignerRow(tuple: Tuple): Row {
  return { user: renderStreamAligner(tuple), assistant: tuple.correction };
}

/** Writes rows as JSONL without holding them all. */
export async function writeRows(path: string, rows: Iterable<Row>): Promise<void> {
  const file = createWriteStream(path);
  for (const row of rows) {
    if (!file.write(`${JSON.stringify(row)}\n`)) await once(file, 'drain');
  }
  file.end();
  await finished(file);
}
