import type * as Sqlite from 'node:sqlite';
import { StreamAlignerError } from '@stream-aligner/core';
import type { SqliteDatabase } from 'kysely';

/** Node's own SQLite in the shape that Kysely takes. */
export function asKyselyDatabase(database: Sqlite.DatabaseSync): SqliteDatabase {
  return {
    close: () => database.close(),
    prepare(text) {
      const statement = database.prepare(text);
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...(parameters as Sqlite.SQLInputValue[])),
        run: (parameters) => statement.run(...(parameters as Sqlite.SQLInputValue[])),
        iterate: (parameters) => statement.iterate(...(parameters as Sqlite.SQLInputValue[])),
      };
    },
  };
}

/** Node's SQLite. Throws `configuration` where this Node has none, or one that cannot name a statement's columns. */
export async function loadSqlite(): Promise<typeof Sqlite> {
  const sqlite = await import('node:sqlite').catch(() => null);
  if (sqlite && 'columns' in sqlite.StatementSync.prototype) return sqlite;
  throw new StreamAlignerError(
    'configuration',
    `Traces in SQLite need Node 22.16 or later, and this is ${process.versions.node}. Update Node, or keep traces in PostgreSQL.`,
  );
}
