import type { CreateTableBuilder, Dialect, Kysely, RawBuilder, SqlBool } from 'kysely';
import type { Tables } from './tables.ts';

/** What truly differs between databases. All else is said once, in queries that all of them take. */
export interface Flavour {
  dialect: Dialect;
  /** Adds the column `seq`, which counts up by itself. */
  addSeq<T extends string>(table: CreateTableBuilder<T>): CreateTableBuilder<T, 'seq'>;
  /** Makes the table `traces_search` and its index. */
  createSearch(db: Kysely<unknown>): Promise<void>;
  /** The words of a text as the search table holds them. */
  held(words: readonly string[]): RawBuilder<unknown>;
  /** Whether a row of the search table has a word that begins with each of these. */
  matches(words: readonly string[]): RawBuilder<SqlBool>;
}

export type TraceDatabase = Kysely<Tables>;
