import { type FileRow, openRowFile } from '../rows/row-file.ts';
import { readRow } from './layouts.ts';
import type { PromptSource, SourceItem } from './source.ts';

/**
 * Prompts of a file of rows, as {@link openRowFile} reads it. Throws `invalid-request` for a file that cannot be read.
 *
 * @param options.field The field or column that holds the prompt. Default: as `readRow` finds it.
 */
export async function openFileSource(
  path: string,
  { field }: { field?: string } = {},
): Promise<PromptSource> {
  const { description, count, rows } = await openRowFile(path);
  return {
    description: { ...description, ...(field !== undefined && { field }) },
    count,
    async *items() {
      for await (const row of rows()) yield itemOf(row, field);
    },
  };
}

function itemOf(read: FileRow, field: string | undefined): SourceItem {
  const { at } = read;
  const found = 'fault' in read ? read : readRow(read.row, field);
  return 'fault' in found ? { at, fault: found.fault } : { at, prompt: found };
}
