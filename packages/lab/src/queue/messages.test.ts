import { StreamAlignerError } from '@stream-aligner/core';
import { describe, expect, it } from 'vitest';
import { numbered, plan, scriptedBuild } from '../testing/scripted-build.ts';
import { planTasks } from '../data/answers/task.ts';
import { failedOutcome, readOutcome, readTask } from './messages.ts';

/** A task, and its answer, as they come out of Redis. */
async function exchanged() {
  const { run } = scriptedBuild('unused', 1);
  for await (const item of planTasks(numbered(1).items(), { ...plan, prefixes: ['own'] })) {
    if (!('task' in item)) continue;
    const answer = await run(item.task, new AbortController().signal);
    const through = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
    return { task: through(item.task), answer: through(answer) };
  }
  throw new Error('there is no task');
}

describe('what goes through Redis', () => {
  it('comes out as it went in', async () => {
    const { task, answer } = await exchanged();
    expect(readTask(task)).toEqual(task);
    expect(readOutcome({ answer }, task)).toEqual(answer);
  });

  it('gives a failure with its code and reason', async () => {
    const { task } = await exchanged();
    const outcome = failedOutcome(new StreamAlignerError('deadline', 'Too late.', { cause: 'not told' }));
    expect(JSON.stringify(outcome)).not.toContain('not told');
    expect(() => readOutcome(outcome, task)).toThrow(
      expect.objectContaining({ code: 'deadline', message: 'Too late.' }),
    );
  });

  it('is refused when it is no answer to the task', async () => {
    const { task, answer } = await exchanged();
    const wrong: unknown[] = [
      null,
      'text',
      {},
      { failed: { code: 'internal' } },
      { answer: { ...answer, id: 'another' } },
      { answer: { ...answer, usage: {} } },
      { answer: { ...answer, sentences: [{ draft: 'No lead.' }] } },
      { answer: { ...answer, sentences: [{ lead: '', draft: 'So.', correction: 3 }] } },
    ];
    for (const value of wrong) expect(() => readOutcome(value, task)).toThrow('no answer to its task');
  });

  it('is refused when it is no task', async () => {
    const { task } = await exchanged();
    const wrong: unknown[] = [
      null,
      [],
      { ...task, id: 3 },
      { ...task, prefixes: 'all' },
      { ...task, messages: [3] },
      { ...task, strata: 'x' },
    ];
    for (const value of wrong) expect(() => readTask(value)).toThrow('no task');
  });
});
