import { expect, it } from 'vitest';
import { temporaryFile } from '../../testing/folders.ts';
import { type MathsExample, openMathsTask } from './maths-task.ts';
import type { ExampleItem } from './task.ts';

async function read(name: string, content: string) {
  const path = await temporaryFile(name, content);
  const task = await openMathsTask({ name: 'gsm8k', path });
  const items: ExampleItem<MathsExample>[] = [];
  for await (const item of task.examples()) items.push({ ...item, at: item.at.slice(path.length) });
  const examples = items.flatMap((item) => ('example' in item ? [item.example] : []));
  return { task, items, examples };
}

const lines = (...rows: unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

it('gives questions with their answers, and tells of every other row where it is', async () => {
  const rows = lines(
    { id: 'one', question: 'Q1?', answer: '#### 18' },
    { question: 'Q2?' },
    { problem: 'Q3?', answer: '3' },
  );
  const { items, task } = await read(
    'test.jsonl',
    `${rows}{"question":\n${lines({ id: 'one', question: 'Q5?', final: '1' })}`,
  );
  expect(items).toEqual([
    {
      at: ':1',
      example: { id: 'one', messages: [{ role: 'user', content: 'Q1?' }], strata: [], gold: '18' },
    },
    { at: ':2', fault: expect.stringContaining('no final answer') },
    {
      at: ':3',
      example: expect.objectContaining({ id: expect.stringMatching(/^[0-9a-f]{16}$/), gold: '3' }),
    },
    { at: ':4', fault: 'it is not JSON' },
    { at: ':5', fault: expect.stringContaining('the same id') },
  ]);
  expect(task.count).toBe(5);
  expect(task.description).toMatchObject({ task: 'gsm8k', file: 'test.jsonl' });
});

it('names a question without an id the same in every file', async () => {
  const [one, other] = await Promise.all([
    read('a.jsonl', lines({ question: 'Q?', final: '1' })),
    read('b.csv', 'answer,question\n2,X?\n1,Q?\n'),
  ]);
  expect(other.examples.map(({ id }) => id)).toContain(one.examples[0]?.id);
});

it('finds answers right, wrong or missing', async () => {
  const { task, examples } = await read('a.jsonl', lines({ question: 'Q?', final: '\\frac{1}{2}' }));
  const [example] = examples;
  if (example === undefined) throw new Error('no example');
  const { signal } = new AbortController();
  const names = task.metrics.map(({ name }) => name);
  for (const [answer, right, answered] of [
    ['It is \\boxed{0.5}.', 1, 1],
    ['The answer is 2.', 0, 1],
    ['I do not know.', 0, 0],
    ['', 0, 0],
  ] as const) {
    const values = await task.evaluate(example, answer, signal);
    expect(values).toEqual({ right, answered });
    expect(Object.keys(values)).toEqual(names);
  }
});

it('says which file cannot be read', async () => {
  await expect(openMathsTask({ name: 'math', path: '/nowhere.jsonl' })).rejects.toMatchObject({
    code: 'invalid-request',
  });
});
