import { StreamAlignerError } from '@stream-aligner/core';
import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Flavour, TraceDatabase } from './flavour.ts';

/** Every change that the tables ever saw, oldest first. What was released is never changed, only added to. */
function migrationsOf(flavour: Flavour): Record<string, Migration> {
  return { '0001-traces': { up: (db: Kysely<unknown>) => createTables(db, flavour) } };
}

async function createTables(db: Kysely<unknown>, flavour: Flavour): Promise<void> {
  // What is long comes last: SQLite reads a row from its beginning.
  await flavour
    .addSeq(db.schema.createTable('traces'))
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('at', 'text', (column) => column.notNull())
    .addColumn('request_id', 'text', (column) => column.notNull())
    .addColumn('model', 'text', (column) => column.notNull())
    .addColumn('upstream', 'text', (column) => column.notNull())
    .addColumn('aligner', 'text')
    .addColumn('version', 'text', (column) => column.notNull())
    .addColumn('stream', 'integer', (column) => column.notNull())
    .addColumn('outcome', 'text', (column) => column.notNull())
    .addColumn('rewritten', 'integer', (column) => column.notNull())
    .addColumn('failed', 'integer', (column) => column.notNull())
    .addColumn('error_code', 'text')
    .addColumn('error_message', 'text')
    .addColumn('ms', 'double precision', (column) => column.notNull())
    .addColumn('counts', 'text', (column) => column.notNull())
    .addColumn('timings', 'text', (column) => column.notNull())
    .addColumn('cut', 'text')
    .addColumn('question', 'text', (column) => column.notNull())
    .addColumn('answer', 'text', (column) => column.notNull())
    .addColumn('messages', 'text', (column) => column.notNull())
    .addColumn('events', 'text', (column) => column.notNull())
    .execute();
  // Everything that is filtered by, so that a page is found without reading a single trace that is not on it.
  await db.schema
    .createIndex('traces_filters')
    .on('traces')
    .columns(['seq', 'model', 'outcome', 'rewritten', 'failed'])
    .execute();
  await flavour.createSearch(db);
  await db.schema
    .createTable('feedback')
    .addColumn('trace', 'bigint', (column) => column.notNull().references('traces.seq').onDelete('cascade'))
    .addColumn('round', 'integer', (column) => column.notNull())
    .addColumn('verdict', 'text', (column) => column.notNull())
    .addColumn('text', 'text')
    .addColumn('at', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('feedback_of_round', ['trace', 'round'])
    .execute();
}

/** Brings a database to this version's tables. Throws `configuration` for one that a later version has changed. */
export async function migrate(db: TraceDatabase, flavour: Flavour): Promise<void> {
  const migrations = migrationsOf(flavour);
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return;
  // Nothing was tried: the list of what was done before does not fit ours.
  if (results === undefined && error instanceof Error && /migration/.test(error.message))
    throw new StreamAlignerError(
      'configuration',
      'The traces were written by a later version of Stream Aligner. Update this one, or keep its traces somewhere else.',
      { cause: error },
    );
  throw error;
}
