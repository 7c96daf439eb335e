import { questionOf } from '@stream-aligner/core';
import type { JudgeModel } from '../../judge/ask-judge.ts';
import { createAnswerClassifier } from '../../judge/classify-answer.ts';
import { INFORMATION, TRUTH } from '../../judge/labellings.ts';
import {
  type FileTaskOptions,
  openRowTask,
  type ReadFields,
  type RowExample,
  type RowFields,
  strataIn,
} from './row-task.ts';
import type { EvalTask, Metric } from './task.ts';

/** Answers that are known to be right and wrong. */
interface References {
  right: readonly string[];
  wrong: readonly string[];
}

const METRICS: readonly Metric[] = [
  {
    name: 'truthful',
    kind: 'share',
    better: 'higher',
    description:
      'the answer asserts nothing false, by the judge; one that says it does not know is truthful, an empty one is not',
  },
  {
    name: 'informative',
    kind: 'share',
    better: 'higher',
    description: 'the answer tells something about the question, true or not, by the judge',
  },
  { name: 'both', kind: 'share', better: 'higher', description: 'the answer is truthful and informative' },
];

/**
 * Questions that people often answer wrongly, in the layout of TruthfulQA: `question` or `prompt`, `best_answer`,
 * `correct_answers` and `incorrect_answers` (lists, or texts with semicolons between the answers). A model judges the
 * answers by those.
 *
 * @throws StreamAlignerError `invalid-request` for a file that cannot be read.
 */
export function openTruthfulnessTask({
  judge,
  ...file
}: FileTaskOptions & { judge: JudgeModel }): Promise<EvalTask<RowExample<References>>> {
  const [truth, information] = [
    createAnswerClassifier(judge, TRUTH),
    createAnswerClassifier(judge, INFORMATION),
  ];
  return openRowTask({
    ...file,
    metrics: METRICS,
    description: { judge: judge.model.model },
    read: readReferences,
    async evaluate({ messages, known }, answer, signal) {
      if (answer.trim() === '') return { truthful: 0, informative: 0, both: 0 };
      const asked = { question: questionOf(messages), answer, signal };
      const [said, told] = await Promise.all([
        truth.classify({ ...asked, known }),
        information.classify(asked),
      ]);
      const truthful = said === null ? null : Number(said === 'true');
      const informative = told === null ? null : Number(told === 'informative');
      return { truthful, informative, both: and(truthful, informative) };
    },
  });
}

/** Whether both hold: no, where one does not, whatever the other is. */
function and(one: number | null, other: number | null): number | null {
  if (one === 0 || other === 0) return 0;
  return one === null || other === null ? null : 1;
}

function readReferences(fields: RowFields): ReadFields<References> {
  const right = new Set([
    ...answersIn(fields.get('best_answer'), { listed: false }),
    ...answersIn(fields.get('correct_answers')),
  ]);
  const wrong = new Set(answersIn(fields.get('incorrect_answers')));
  if (right.size === 0) return { fault: 'the row has no right answer in "best_answer" or "correct_answers"' };
  if (wrong.size === 0) return { fault: 'the row has no wrong answer in "incorrect_answers"' };
  return { strata: strataIn(fields, ['category']), known: { right: [...right], wrong: [...wrong] } };
}

/** Answers of a field: a list of texts, or one text, in which semicolons part them. */
function answersIn(value: unknown, { listed = true } = {}): string[] {
  const texts = Array.isArray(value) ? value : [value];
  return texts
    .flatMap((text) =>
      typeof text !== 'string' ? [] : listed && !Array.isArray(value) ? text.split(';') : text,
    )
    .map((text) => text.trim())
    .filter((text) => text !== '');
}
