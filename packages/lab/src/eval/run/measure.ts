import type { Comparison } from '../../judge/pairwise.ts';
import { changedShare } from '../../data/stats/changed-share.ts';
import type { Asked, Method, MethodResult } from '../methods/method.ts';
import { answerRaw } from '../methods/raw.ts';
import type { AnswerCost, MethodAnswer } from '../result.ts';
import type { EvalTask, Example } from '../tasks/task.ts';

/** Compares a method's answer with the raw one, by criterion. */
export type Compare = (
  example: Example,
  texts: { before: string; after: string },
  signal: AbortSignal,
) => Promise<Record<string, Comparison>>;

export interface MeasureOptions {
  task: EvalTask;
  methods: readonly Method[];
  compare?: Compare;
}

/** Has one example answered by every method, and measures the answers. The raw answer comes first. */
export async function measureExample(
  example: Example,
  asked: Omit<Asked, 'raw' | 'messages'>,
  { task, methods, compare }: MeasureOptions,
): Promise<MethodAnswer[]> {
  const { messages } = example;
  const raw = await answerRaw({ ...asked, messages });
  const results: MethodResult[] = [raw];
  for (const method of methods) results.push(...(await method.answer({ ...asked, messages, raw })));
  const measure = measuring(example, { task, compare, raw, signal: asked.signal });
  const answers: MethodAnswer[] = [];
  for (const result of results) answers.push(await measure(result));
  return answers;
}

interface Measuring {
  task: EvalTask;
  compare: Compare | undefined;
  raw: MethodResult;
  signal: AbortSignal;
}

/** Measures results, equal texts only once: a judge costs money, and what it says twice may differ. */
function measuring(example: Example, { task, compare, raw, signal }: Measuring) {
  const metrics = once((text) => task.evaluate(example, text, signal));
  const comparisons = once(async (text) => compare?.(example, { before: raw.text, after: text }, signal));
  return async (result: MethodResult): Promise<MethodAnswer> => {
    const { text, sentences } = result;
    const compared = result === raw ? undefined : await comparisons(text);
    return {
      ...result,
      cost: rounded(result.cost),
      metrics: await metrics(text),
      ...(compared && { comparisons: compared }),
      ...(sentences && { sentences: judged(sentences, example, task) }),
      edited: changedShare(raw.text, text),
    };
  };
}

function once<T>(work: (text: string) => Promise<T>): (text: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (text) => {
    const found = known.get(text) ?? work(text);
    known.set(text, found);
    return found;
  };
}

/** Times to a tenth of a millisecond: further digits say nothing. */
function rounded(cost: AnswerCost): AnswerCost {
  const tenths = (ms: number) => Math.round(10 * ms) / 10;
  const { firstTextMs, totalMs } = cost;
  return {
    ...cost,
    firstTextMs: firstTextMs === null ? null : tenths(firstTextMs),
    totalMs: tenths(totalMs),
  };
}

/** The sentences with what the task's checker thinks of them, where it has one. */
function judged(
  sentences: NonNullable<MethodResult['sentences']>,
  example: Example,
  { correct }: EvalTask,
): NonNullable<MethodResult['sentences']> {
  if (!correct) return sentences;
  let prefix = '';
  return sentences.map((sentence) => {
    const isGood = (draft: string) => correct(example, { prefix, draft }) === draft;
    const found = { ...sentence, draftGood: isGood(sentence.draft), textGood: isGood(sentence.text) };
    prefix += sentence.lead + sentence.text;
    return found;
  });
}
