import type { Feedback, Trace, TraceOutcome, TraceSummary } from '@stream-aligner/core';
import { Kysely } from 'kysely';
import type { Flavour, TraceDatabase } from './database/flavour.ts';
import { migrate } from './database/migrations.ts';
import { postgresFlavour } from './database/postgres.ts';
import { rowOf, storable, SUMMARY_COLUMNS, summaryOf, traceOfRow } from './database/rows.ts';
import { sqliteFlavour } from './database/sqlite.ts';
import { wordsOf } from './words.ts';

/** Which traces are looked for, and how many. */
export interface TraceQuery {
  model?: string | undefined;
  outcome?: TraceOutcome | undefined;
  /** Whether a sentence was rewritten. */
  rewritten?: boolean | undefined;
  /** Whether the answer failed, or the verdict on one of its sentences. */
  failed?: boolean | undefined;
  /** Words of question and answer; each may be the beginning of one. */
  q?: string | undefined;
  /** The id of a trace: only those written before it. */
  before?: string | undefined;
  limit: number;
}

/** One page of traces, the latest first. */
export interface TracePage {
  data: TraceSummary[];
  /** What `before` is for the next page; null for the last. */
  next: string | null;
}

/** Where traces are kept. What goes wrong in the database is thrown as the database says it. */
export interface TraceStore {
  /** Takes traces; one whose id is there already is left as it is. */
  write(traces: readonly Trace[]): Promise<void>;
  list(query: TraceQuery): Promise<TracePage>;
  get(id: string): Promise<Trace | null>;
  /** Takes what a person says of a sentence, in place of what was said before. False where there is no such trace. */
  review(id: string, feedback: Feedback): Promise<boolean>;
  /** Forgets it again. False where there is no such trace. */
  forget(id: string, round: number): Promise<boolean>;
  /** Traces with feedback in the order of their writing, from the one behind `after`. */
  reviewed(page: { after?: string | undefined; limit: number }): Promise<Trace[]>;
  /** Removes traces of before a date (ISO), the oldest first and at most so many. Gives how many it removed. */
  prune(before: string, most: number): Promise<number>;
  close(): Promise<void>;
}

/** More words narrow nothing down. */
const MOST_WORDS = 16;

/**
 * Opens traces at `sqlite:FILE` or `postgres://…`, and brings its tables up to date. Throws `configuration` for a file
 * that cannot be opened, or whose tables a later version has made.
 */
export async function openTraceStore({
  url,
  create = true,
}: {
  url: string;
  /** Whether an SQLite file is made if there is none. Default true. */
  create?: boolean;
}): Promise<TraceStore> {
  const flavour = url.startsWith('sqlite:')
    ? await sqliteFlavour(url.slice('sqlite:'.length), { create })
    : await postgresFlavour(url);
  const db: TraceDatabase = new Kysely({ dialect: flavour.dialect });
  try {
    await migrate(db, flavour);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return createStore(db, flavour);
}

function createStore(db: TraceDatabase, flavour: Flavour): TraceStore {
  async function seqOf(id: string): Promise<number | undefined> {
    const row = await db.selectFrom('traces').select('seq').where('id', '=', id).executeTakeFirst();
    return row?.seq;
  }

  /** The traces of a page, by `seq`. What is filtered by is in an index, so that only these are read whole. */
  function matching(query: TraceQuery, words: readonly string[], before: number | undefined) {
    const { model, outcome, rewritten, failed, limit } = query;
    const filtered = db
      .selectFrom('traces')
      .select('traces.seq')
      .$if(model !== undefined, (traces) => traces.where('model', '=', model ?? ''))
      .$if(outcome !== undefined, (traces) => traces.where('outcome', '=', outcome ?? 'failed'))
      .$if(rewritten !== undefined, (traces) => traces.where('rewritten', '=', Number(rewritten)))
      .$if(failed !== undefined, (traces) => traces.where('failed', '=', Number(failed)))
      .limit(limit + 1);
    if (words.length === 0)
      return filtered
        .$if(before !== undefined, (traces) => traces.where('traces.seq', '<', before ?? 0))
        .orderBy('traces.seq', 'desc');
    // Ordered by the search's own key, so that it can stop at a full page: common words are in every trace.
    return filtered
      .innerJoin('traces_search', 'traces_search.rowid', 'traces.seq')
      .where(flavour.matches(words))
      .$if(before !== undefined, (traces) => traces.where('traces_search.rowid', '<', before ?? 0))
      .orderBy('traces_search.rowid', 'desc');
  }

  async function whole(seqs: readonly number[]): Promise<Trace[]> {
    if (seqs.length === 0) return [];
    const rows = await db
      .selectFrom('traces')
      .select(['seq', ...SUMMARY_COLUMNS, 'messages', 'events', 'cut'])
      .where('seq', 'in', seqs)
      .orderBy('seq')
      .execute();
    const feedback = await db
      .selectFrom('feedback')
      .selectAll()
      .where('trace', 'in', seqs)
      .orderBy('round')
      .execute();
    return rows.map((row) =>
      traceOfRow(
        row,
        feedback.filter(({ trace }) => trace === row.seq),
      ),
    );
  }

  return {
    async write(traces) {
      if (traces.length === 0) return;
      await db.transaction().execute(async (transaction) => {
        const written = await transaction
          .insertInto('traces')
          .values(traces.map(rowOf))
          .onConflict((conflict) => conflict.column('id').doNothing())
          .returning(['id', 'seq'])
          .execute();
        const seqs = new Map(written.map(({ id, seq }) => [id, seq]));
        const searched = traces.flatMap(({ id, question, answer }) => {
          const rowid = seqs.get(id);
          return rowid === undefined
            ? []
            : [{ rowid, words: flavour.held(wordsOf(`${question}\n${answer}`)) }];
        });
        if (searched.length > 0) await transaction.insertInto('traces_search').values(searched).execute();
      });
    },
    async list(query) {
      const words = query.q === undefined ? [] : wordsOf(query.q).slice(0, MOST_WORDS);
      const isNothing = query.q !== undefined && query.q.trim() !== '' && words.length === 0;
      const before = query.before === undefined ? undefined : await seqOf(query.before);
      // What was pruned meanwhile was the oldest there was.
      if (isNothing || (query.before !== undefined && before === undefined)) return { data: [], next: null };
      const found = await matching(query, words, before).execute();
      const page = found.slice(0, query.limit).map(({ seq }) => seq);
      if (page.length === 0) return { data: [], next: null };
      const rows = await db
        .selectFrom('traces')
        .select(SUMMARY_COLUMNS)
        .select((select) =>
          select
            .selectFrom('feedback')
            .select(({ fn }) => fn.countAll<number>().as('reviewed'))
            .whereRef('feedback.trace', '=', 'traces.seq')
            .as('reviewed'),
        )
        .where('seq', 'in', page)
        .orderBy('seq', 'desc')
        .execute();
      const data = rows.map(({ reviewed, ...row }) => summaryOf(row, reviewed ?? 0));
      return { data, next: found.length > query.limit ? (data.at(-1)?.id ?? null) : null };
    },
    async get(id) {
      const seq = await seqOf(id);
      const [trace = null] = seq === undefined ? [] : await whole([seq]);
      return trace;
    },
    async review(id, { round, verdict, text, at }) {
      const trace = await seqOf(id);
      if (trace === undefined) return false;
      const said = { verdict, text: text === undefined ? null : storable(text), at };
      await db
        .insertInto('feedback')
        .values({ trace, round, ...said })
        .onConflict((conflict) => conflict.columns(['trace', 'round']).doUpdateSet(said))
        .execute();
      return true;
    },
    async forget(id, round) {
      const trace = await seqOf(id);
      if (trace === undefined) return false;
      await db.deleteFrom('feedback').where('trace', '=', trace).where('round', '=', round).execute();
      return true;
    },
    async reviewed({ after, limit }) {
      const from = after === undefined ? 0 : ((await seqOf(after)) ?? 0);
      const found = await db
        .selectFrom('feedback')
        .select('trace')
        .distinct()
        .where('trace', '>', from)
        .orderBy('trace')
        .limit(limit)
        .execute();
      return whole(found.map(({ trace }) => trace));
    },
    async prune(before, most) {
      const oldest = await db.selectFrom('traces').select(['seq', 'at']).orderBy('seq').limit(most).execute();
      const seqs = oldest.filter(({ at }) => at < before).map(({ seq }) => seq);
      if (seqs.length === 0) return 0;
      await db.transaction().execute(async (transaction) => {
        await transaction.deleteFrom('traces_search').where('rowid', 'in', seqs).execute();
        await transaction.deleteFrom('traces').where('seq', 'in', seqs).execute();
      });
      return seqs.length;
    },
    close: () => db.destroy(),
  };
}
