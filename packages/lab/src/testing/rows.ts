import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Provenance } from '../data/tuple.ts';
import { temporaryFolder } from './folders.ts';

/** A folder with these files, removed when the test is over. */
export async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

/** Values as JSONL. */
export const jsonl = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** All that comes of an iteration. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** The provenance of the first sentence of an answer, kept. */
export const PROVENANCE: Provenance = {
  answer: 'a1',
  round: 1,
  action: 'keep',
  upstream: 'big',
  annotator: 'strong',
  prefixes: 'corrected',
  seed: 1,
  temperature: 0,
  version: '0.1.0',
};
