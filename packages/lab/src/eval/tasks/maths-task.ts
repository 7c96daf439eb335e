import { hash64 } from '../../data/hash.ts';
import { type FileRow, openRowFile } from '../../data/rows/row-file.ts';
import { equalAnswers } from '../../maths/equal.ts';
import { extractAnswer } from '../../maths/extract.ts';
import { readMathsRow } from '../../maths/gold.ts';
import type { EvalTask, Example, ExampleItem, Metric } from './task.ts';

export interface MathsTaskOptions {
  /** What results call it. Both names read every layout. */
  name: 'gsm8k' | 'math';
  /** A file of questions with answers: JSON lines, a JSON array, CSV or TSV; see `readMathsRow` for its fields. */
  path: string;
}

/** A question with its right final answer. */
export interface MathsExample extends Example {
  gold: string;
}

const METRICS: readonly Metric[] = [
  {
    name: 'right',
    kind: 'share',
    better: 'higher',
    description: 'the final answer is the right one',
  },
  {
    name: 'answered',
    kind: 'share',
    better: 'higher',
    description: 'a final answer could be found in the text, right or wrong',
  },
];

/**
 * Opens a file of maths questions as a task. Rows without a question or an answer, and those with the id of an earlier one,
 * are faults. A row without an id is named by a hash of its question. Rejects with `invalid-request` for a file that cannot
 * be read.
 */
export async function openMathsTask({ name, path }: MathsTaskOptions): Promise<EvalTask<MathsExample>> {
  const { description, count, rows } = await openRowFile(path);
  return {
    name,
    metrics: METRICS,
    description: { task: name, ...description },
    count,
    async *examples() {
      const seen = new Set<string>();
      for await (const row of rows()) yield itemOf(row, seen);
    },
    evaluate(example, answer) {
      const found = extractAnswer(answer);
      const right = found !== null && equalAnswers(found, example.gold);
      return Promise.resolve({ right: right ? 1 : 0, answered: found === null ? 0 : 1 });
    },
  };
}

function itemOf(read: FileRow, seen: Set<string>): ExampleItem<MathsExample> {
  const { at } = read;
  const found = 'fault' in read ? read : readMathsRow(read.row);
  if ('fault' in found) return { at, fault: found.fault };
  const { question, gold, strata } = found;
  const id = found.id ?? hash64(question);
  if (seen.has(id)) return { at, fault: 'an earlier row has the same id, or no id and the same question' };
  seen.add(id);
  return { at, example: { id, messages: [{ role: 'user', content: question }], strata, gold } };
}
