import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

/** Writes rows as JSONL without holding them all. */
export async function writeRows(path: string, rows: Iterable<object>): Promise<void> {
  const file = createWriteStream(path);
  for (const row of rows) {
    if (!file.write(`${JSON.stringify(row)}\n`)) await once(file, 'drain');
  }
  file.end();
  await finished(file);
}
