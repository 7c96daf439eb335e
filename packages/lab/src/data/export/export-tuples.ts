import type { TupleRow } from '../read-tuples.ts';
import { turnsOf } from './contract-text.ts';
import { joinAnswers, type Unjoined } from './whole-answers.ts';

/** The layouts that `data export` writes. */
export const EXPORT_LAYOUTS = ['stream-aligner', 'trl', 'messages', 'aligner', 'tuples'] as const;

export type ExportLayout = (typeof EXPORT_LAYOUTS)[number];

/** How many rows were written, and of whole answers why others were not. */
export interface ExportCounts {
  rows: number;
  leftOut: Partial<Record<Unjoined, number>>;
}

/**
 * Tuples as text in a layout, piece by piece; `counts` is kept up to date.
 *
 * - `stream-aligner`: the published layout, one JSON array of { question, prefix, last, correction };
 * - `trl`: prompt–completion rows (JSONL) with the contract's text as the user's turn;
 * - `messages`: the same two turns as a conversation (JSONL);
 * - `aligner`: whole answers { question, answer, correction } (JSONL), see {@link joinAnswers};
 * - `tuples`: JSONL as `data build` writes it, provenance included.
 */
export function exportTuples(
  rows: AsyncIterable<TupleRow>,
  { to, counts }: { to: ExportLayout; counts: ExportCounts },
): AsyncGenerator<string, void, undefined> {
  const values = to === 'aligner' ? wholeAnswers(rows, counts) : eachTuple(rows, { to, counts });
  return to === 'stream-aligner' ? asArray(values) : asLines(values);
}

async function* wholeAnswers(rows: AsyncIterable<TupleRow>, counts: ExportCounts) {
  for await (const result of joinAnswers(rows)) {
    if ('joined' in result) {
      counts.rows += 1;
      yield result.joined;
    } else counts.leftOut[result.unjoined] = (counts.leftOut[result.unjoined] ?? 0) + 1;
  }
}

async function* eachTuple(
  rows: AsyncIterable<TupleRow>,
  { to, counts }: { to: Exclude<ExportLayout, 'aligner'>; counts: ExportCounts },
) {
  for await (const { tuple } of rows) {
    counts.rows += 1;
    const { user, assistant } = turnsOf(tuple);
    const [asked, answered] = [
      { role: 'user', content: user },
      { role: 'assistant', content: assistant },
    ];
    if (to === 'trl') yield { prompt: [asked], completion: [answered] };
    else if (to === 'messages') yield { messages: [asked, answered] };
    else if (to === 'tuples') yield tuple;
    else {
      const { question, prefix, last, correction } = tuple;
      yield { question, prefix, last, correction };
    }
  }
}

async function* asLines(values: AsyncIterable<object>) {
  for await (const value of values) yield `${JSON.stringify(value)}\n`;
}

async function* asArray(values: AsyncIterable<object>) {
  let before = '[\n';
  for await (const value of values) {
    yield `${before}${JSON.stringify(value)}`;
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}
