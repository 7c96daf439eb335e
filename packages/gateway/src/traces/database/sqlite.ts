import { open } from 'node:fs/promises';
import { StreamAlignerError } from '@stream-aligner/core';
import { sql, SqliteDialect } from 'kysely';
import type { Flavour } from './flavour.ts';
import { asKyselyDatabase, loadSqlite } from './node-sqlite.ts';

const PRAGMAS = [
  // Readers and the writer do not wait for each other; another process may read while the gateway writes.
  'journal_mode = wal',
  // With a write-ahead log this can lose the last moments to a power cut, and never harms the file.
  'synchronous = normal',
  'busy_timeout = 5000',
  'cache_size = -32768',
];

/** Traces in a file, searched by FTS5. Throws `configuration` for a file that cannot be opened, or made where `create`. */
export async function sqliteFlavour(file: string, { create }: { create: boolean }): Promise<Flavour> {
  const { DatabaseSync } = await loadSqlite();
  // Made here and not by SQLite, because traces hold everybody's texts and are for their owner's eyes alone.
  const handle = await open(file, create ? 'a' : 'r+', 0o600).catch((cause: NodeJS.ErrnoException) => {
    throw cannotOpen(file, cause);
  });
  await handle.close();
  return {
    dialect: new SqliteDialect({
      async database() {
        try {
          const database = new DatabaseSync(file);
          for (const pragma of PRAGMAS) database.exec(`pragma ${pragma}`);
          return asKyselyDatabase(database);
        } catch (cause) {
          throw cannotOpen(file, cause);
        }
      },
    }),
    addSeq: (table) => table.addColumn('seq', 'integer', (column) => column.primaryKey()),
    async createSearch(db) {
      // Prefixes of one to three characters fit most of the words: they get lists of their own, longer ones are joined.
      await sql`create virtual table traces_search using fts5(
        words, content='', contentless_delete=1, prefix='1 2 3', tokenize='unicode61 remove_diacritics 0'
      )`.execute(db);
    },
    held: (words) => sql`${words.join(' ')}`,
    matches: (words) =>
      sql`traces_search match ${words.map((word) => `"${word.replaceAll('"', '""')}"*`).join(' ')}`,
  };
}

function cannotOpen(file: string, cause: unknown): StreamAlignerError {
  const { code } = cause as { code?: unknown };
  return new StreamAlignerError(
    'configuration',
    `The traces in ${file} cannot be opened (${String(code)}). Check that its folder is there and can be written to, and that the file, if there is one, holds traces.`,
    { cause },
  );
}
