import { type FileTaskOptions, openRowTask, type RowExample, strataIn } from './row-task.ts';
import type { EvalTask } from './task.ts';

/**
 * Prompts of any file, of the layouts that `readRow` knows. Nothing is measured about their answers: that is for score
 * models ({@link withScores}) and for a judge who compares them (`createComparer`).
 *
 * @param options.field The field or column that holds the prompt. Default: as `readRow` finds it.
 * @throws StreamAlignerError `invalid-request` for a file that cannot be read.
 */
export function openPromptsTask(
  options: FileTaskOptions & { field?: string },
): Promise<EvalTask<RowExample<null>>> {
  return openRowTask({
    ...options,
    metrics: [],
    read: (fields) => ({ strata: strataIn(fields, ['category']), known: null }),
    evaluate: async () => ({}),
  });
}
