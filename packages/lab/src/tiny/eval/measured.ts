import type { Upstream } from '@stream-aligner/core';
import { createProgress } from '../../eval/progress.ts';
import type { Method } from '../../eval/methods/method.ts';
import { answerRaw } from '../../eval/methods/raw.ts';
import { streamName } from '../../eval/methods/stream.ts';
import type { ExampleResult, SentenceResult } from '../../eval/result.ts';
import { measureExample } from '../../eval/run/measure.ts';
import type { EvalTask, Example } from '../../eval/tasks/task.ts';

/** An example with every method's answer to it. */
export interface Measured {
  example: Example;
  result: Omit<ExampleResult, 'run' | 'at'>;
}

/** Maps items, some at once. */
export type Each = <T, R>(items: readonly T[], map: (item: T, index: number) => Promise<R>) => Promise<R[]>;

export interface MeasureAllOptions {
  upstream: Upstream;
  methods: readonly Method[];
  temperature: number;
  each: Each;
  /** What a person who watches is told. */
  name: string;
}

/** Has the examples of a task answered and measured, in memory. */
export async function measureAll(
  { task, examples }: { task: EvalTask; examples: readonly Example[] },
  { upstream, methods, temperature, each, name }: MeasureAllOptions,
): Promise<Measured[]> {
  const progress = createProgress(name, examples.length);
  const { signal } = new AbortController();
  const measured = await each(examples, async (example, index) => {
    const params = { temperature, seed: index + 1, maxTokens: 300 };
    const answers = await measureExample(example, { upstream, params, signal }, { task, methods });
    progress.tick();
    const { id, strata, messages } = example;
    return {
      example,
      result: { task: task.name, id, strata, question: String(messages[0]?.content), answers },
    };
  });
  progress.end();
  return measured;
}

export async function examplesOf(task: EvalTask): Promise<Example[]> {
  const found: Example[] = [];
  for await (const item of task.examples()) if ('example' in item) found.push(item.example);
  return found;
}

/** Another upstream's own answer, beside the first one's. */
export function createUpstreamMethod({ model, name }: { model: Upstream; name: string }): Method {
  return {
    names: [name],
    answer: async (asked) => [await answerRaw({ ...asked, upstream: model }, name)],
  };
}

/** A sentence of an aligned answer, with all that was accepted before it. */
export interface JudgedSentence extends SentenceResult {
  prefix: string;
}

/** The sentences of the fully aligned answer. */
export function sentencesOf({ result }: Measured): JudgedSentence[] {
  const whole = result.answers.find(({ method }) => method === streamName('all', 'continue'));
  let prefix = '';
  return (whole?.sentences ?? []).map((sentence) => {
    const at = { ...sentence, prefix };
    prefix += sentence.lead + sentence.text;
    return at;
  });
}
