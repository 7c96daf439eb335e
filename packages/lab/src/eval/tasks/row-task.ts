import type { ChatMessage } from '@stream-aligner/core';
import { hash64 } from '../../data/hash.ts';
import { readRow } from '../../data/prompts/layouts.ts';
import { openRowFile } from '../../data/rows/row-file.ts';
import type { EvalTask, Example } from './task.ts';

/** What every task from a file is given. */
export interface FileTaskOptions {
  name: string;
  /** CSV or TSV by its ending, otherwise one JSON value a line or one JSON array. */
  path: string;
}

/** The fields of a row by name; names count in any case, and "Best Answer" is `best_answer`. */
export type RowFields = ReadonlyMap<string, unknown>;

/** What a row tells beside its prompt, or why it cannot be used. */
export type ReadFields<K> = { strata: readonly string[]; known: K } | { fault: string };

/** An example with what its row tells about the answer. */
export interface RowExample<K> extends Example {
  known: K;
}

export interface RowTaskOptions<K> extends FileTaskOptions, Pick<EvalTask, 'metrics'> {
  /** The field that holds the prompt. Default: as `readRow` finds it. */
  field?: string;
  /** What makes it the same task again, beside the file. */
  description?: EvalTask['description'];
  read: (fields: RowFields) => ReadFields<K>;
  evaluate: EvalTask<RowExample<K>>['evaluate'];
}

/**
 * A task whose examples are the rows of a file: prompts as `readRow` finds them, each row with what `read` makes of it.
 * What cannot be read is told by row. An example's id is of its prompt, so that it stays the same in every copy of a file.
 *
 * @throws StreamAlignerError `invalid-request` for a file that cannot be read.
 */
export async function openRowTask<K>(options: RowTaskOptions<K>): Promise<EvalTask<RowExample<K>>> {
  const { name, path, metrics, field, description, evaluate } = options;
  const file = await openRowFile(path);
  return {
    name,
    metrics,
    description: { ...file.description, ...(field !== undefined && { field }), ...description },
    count: file.count,
    async *examples() {
      for await (const { at, ...read } of file.rows())
        yield { at, ...('fault' in read ? read : exampleOf(read.row, options)) };
    },
    evaluate,
  };
}

function exampleOf<K>(
  row: unknown,
  { field, read }: RowTaskOptions<K>,
): { example: RowExample<K> } | { fault: string } {
  const prompt = readRow(row, field);
  if ('fault' in prompt) return prompt;
  const found = read(fieldsOf(row));
  if ('fault' in found) return found;
  return { example: { id: idOf(prompt.messages), messages: prompt.messages, ...found } };
}

const idOf = (messages: ChatMessage[]) => hash64(JSON.stringify(messages));

function fieldsOf(row: unknown): RowFields {
  const entries = typeof row === 'object' && row !== null ? Object.entries(row) : [];
  return new Map(entries.map(([name, value]) => [name.toLowerCase().replaceAll(/[\s-]+/g, '_'), value]));
}

/** A stratum for each of these fields that the row has as text: "category: Law". */
export function strataIn(fields: RowFields, names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const value = fields.get(name);
    return typeof value === 'string' && value.trim() !== '' ? [`${name}: ${value.trim()}`] : [];
  });
}
