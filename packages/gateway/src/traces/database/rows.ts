import type { Feedback, Trace, TraceSummary } from '@stream-aligner/core';
import type { Insertable, Selectable } from 'kysely';
import type { Tables } from './tables.ts';

type Row = Selectable<Tables['traces']>;

/** What a summary is made of. */
export const SUMMARY_COLUMNS = [
  'id',
  'at',
  'request_id',
  'model',
  'upstream',
  'aligner',
  'version',
  'stream',
  'outcome',
  'error_code',
  'error_message',
  'ms',
  'counts',
  'timings',
  'question',
  'answer',
] as const satisfies readonly (keyof Row)[];

/** A trace as a row, its feedback left out. */
export function rowOf(trace: Trace): Insertable<Tables['traces']> {
  const { id, at, model, upstream, aligner, version, outcome, ms, counts, error, cut } = trace;
  return {
    id,
    at,
    request_id: trace.requestId,
    model,
    upstream,
    aligner,
    version,
    stream: Number(trace.stream),
    outcome,
    rewritten: Number(counts.rewritten > 0),
    failed: Number(outcome === 'failed' || counts.failed > 0),
    error_code: error?.code ?? null,
    error_message: error?.message ?? null,
    ms,
    counts: JSON.stringify(counts),
    timings: JSON.stringify(trace.timings),
    cut: cut === undefined ? null : JSON.stringify(cut),
    question: storable(trace.question),
    answer: storable(trace.answer),
    messages: JSON.stringify(trace.messages),
    events: JSON.stringify(trace.events),
  };
}

/** PostgreSQL takes no zero in a text, and refuses all of a batch for one. JSON writes it as an escape. */
export function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD');
}

export function summaryOf(row: Pick<Row, (typeof SUMMARY_COLUMNS)[number]>, reviewed: number): TraceSummary {
  const { id, at, model, upstream, aligner, version, outcome, ms, question, answer } = row;
  return {
    id,
    at,
    requestId: row.request_id,
    model,
    upstream,
    aligner,
    version,
    stream: row.stream === 1,
    outcome,
    error: row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? '' },
    question,
    answer,
    ms,
    counts: JSON.parse(row.counts) as Trace['counts'],
    timings: JSON.parse(row.timings) as Trace['timings'],
    reviewed,
  };
}

type WholeRow = Pick<Row, (typeof SUMMARY_COLUMNS)[number] | 'messages' | 'events' | 'cut'>;

export function traceOfRow(row: WholeRow, feedback: readonly Selectable<Tables['feedback']>[]): Trace {
  return {
    ...summaryOf(row, feedback.length),
    messages: JSON.parse(row.messages) as Trace['messages'],
    events: JSON.parse(row.events) as Trace['events'],
    feedback: feedback.map(({ round, verdict, text, at }): Feedback => ({
      round,
      verdict,
      ...(text !== null && { text }),
      at,
    })),
    ...(row.cut !== null && { cut: JSON.parse(row.cut) as NonNullable<Trace['cut']> }),
  };
}
