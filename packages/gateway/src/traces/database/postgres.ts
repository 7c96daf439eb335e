import { PostgresDialect, sql } from 'kysely';
import type { Flavour } from './flavour.ts';

/** PostgreSQL's number for the type of `seq`, which never gets near what a JavaScript number holds exactly. */
const INT8 = 20;

/** Traces on a PostgreSQL server, searched by a GIN index. Connects when it is first used. */
export async function postgresFlavour(url: string): Promise<Flavour> {
  // Who keeps traces in a file does not wait for it to load.
  const { Pool, types } = await import('pg');
  const pool = new Pool({
    connectionString: url,
    application_name: 'stream-aligner',
    max: 4,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 20_000,
    types: {
      getTypeParser: (type: number, format?: 'text' | 'binary') =>
        type === INT8 ? Number : types.getTypeParser(type, format as 'text'),
    },
  });
  // A connection that breaks while nobody uses it would end the process; the next query reports what is wrong.
  pool.on('error', () => {});
  return {
    dialect: new PostgresDialect({ pool }),
    addSeq: (table) =>
      table.addColumn('seq', 'bigint', (column) => column.generatedAlwaysAsIdentity().primaryKey()),
    async createSearch(db) {
      await sql`create table traces_search (
        rowid bigint primary key references traces on delete cascade, words tsvector not null
      )`.execute(db);
      await sql`create index traces_search_words on traces_search using gin (words)`.execute(db);
    },
    // As they are: PostgreSQL's own parser would cut them in another way than the question is cut.
    held: (words) => sql`array_to_tsvector(${[...words]}::text[])`,
    matches: (words) =>
      sql`traces_search.words @@ ${words.map((word) => `'${word.replaceAll("'", "''")}':*`).join(' & ')}::tsquery`,
  };
}
