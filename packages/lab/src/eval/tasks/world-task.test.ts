import { expect, it } from 'vitest';
import { worldNames } from '../../worlds/worlds.ts';
import { openWorldTask } from './world-task.ts';

it.each(worldNames)(
  '%s: as many examples as asked for, no two alike, each judged by every metric',
  async (name) => {
    const task = openWorldTask(name, { seed: 7, count: 400 });
    const examples = [];
    for await (const item of task.examples()) if ('example' in item) examples.push(item.example);
    expect(examples).toHaveLength(400);
    expect(new Set(examples.map(({ id }) => id)).size).toBe(400);
    const [first] = examples;
    if (!first) throw new TypeError('no example');
    const values = await task.evaluate(first, 'Nothing.', new AbortController().signal);
    expect(Object.keys(values)).toEqual(task.metrics.map((metric) => metric.name));
  },
);
