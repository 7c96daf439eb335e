import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StreamAlignerError } from '@stream-aligner/core';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/folders.ts';
import { scriptedAligner, scriptedUpstream } from '../../testing/scripted-models.ts';
import { worldNamed } from '../../worlds/worlds.ts';
import { createStreamMethod } from '../methods/stream.ts';
import type { ExampleResult, RunStamp } from '../result.ts';
import type { EvalTask, Example } from '../tasks/task.ts';
import { openWorldTask } from '../tasks/world-task.ts';
import { writeSummary } from '../write-summary.ts';
import { RUN_FILES } from './files.ts';
import { runEval, type RunEvalOptions } from './run-eval.ts';
import type { RunFailure } from './run-state.ts';

const stamp: RunStamp = {
  command: 'eval run',
  commit: null,
  version: '0',
  seed: 1,
  temperature: 0,
  concurrency: 4,
  models: [],
};
const task = openWorldTask('sums', { seed: 9, count: 30 });
const world = worldNamed('sums');
/** An upstream that answers as it is taught, flaws included, and an aligner that knows the right sentence. */
const problems = new Map(
  [...world.generate({ split: 'test', seed: 9, count: 30 })].map((problem) => [problem.question, problem]),
);
const problemOf = (question: string) => {
  const problem = problems.get(question);
  if (!problem) throw new Error('an unknown question');
  return problem;
};
const upstream = scriptedUpstream((question) => world.taught(problemOf(question)).join(' '));
const aligner = scriptedAligner(
  (draft, { prefix, question }) => world.correct(problemOf(question), { prefix, draft }) ?? draft,
);
const methods = [createStreamMethod({ aligner, rounds: [1, 'all'], thens: ['continue', 'stop'] })];
const base = { manifest: { seed: 1 }, stamp, tasks: [task], methods, upstream, maxTokens: 500 };

async function resultsOf<T>(out: string, file: string): Promise<T[]> {
  const text = await readFile(join(out, file), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

/** Results without what depends on time. */
async function timeless(out: string): Promise<unknown[]> {
  const results = await resultsOf<ExampleResult>(out, RUN_FILES.results);
  return results
    .map(({ id, question, strata, run, answers }) => ({
      id,
      question,
      strata,
      run,
      answers: answers.map((answer) => ({ ...answer, cost: { ...answer.cost, firstTextMs: 0, totalMs: 0 } })),
    }))
    .toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

const run = (options: Partial<RunEvalOptions> & { out: string }) => runEval({ ...base, ...options });

describe('a run', () => {
  it('measures every example with every method, and carries what it was', async () => {
    const out = await temporaryFolder();
    const progress = await run({ out });
    expect(progress).toMatchObject({ done: 30, measured: 30, faults: 0, total: 30 });
    const results = await resultsOf<ExampleResult>(out, RUN_FILES.results);
    expect(new Set(results.map(({ id }) => id)).size).toBe(30);
    for (const { answers, run: carried } of results) {
      expect(carried).toEqual(stamp);
      expect(answers.map(({ method }) => method)).toEqual(['raw', ...(methods[0]?.names ?? [])]);
      const whole = answers.find(({ method }) => method === 'stream/all/continue');
      expect(whole?.metrics['right']).toBeGreaterThanOrEqual(answers[0]?.metrics['right'] ?? 1);
    }
    const { tasks } = await writeSummary(out, { stamp, tasks: [task] });
    const [raw, , , whole] = tasks[0]?.methods ?? [];
    expect(raw?.metrics['right']?.value).toBeLessThan(0.9);
    expect(whole).toMatchObject({
      method: 'stream/all/continue',
      metrics: { right: { count: 30 } },
      sentences: { overEditRate: { value: 0 } },
    });
    expect(whole?.sentences?.fixRate.value).toBeGreaterThan(0.8);
    const gained = whole?.againstRaw?.['right'];
    expect(gained?.mcNemar?.lost).toBe(0);
    const [before = 1, after = 0] = [raw?.metrics['right']?.value ?? 1, whole?.metrics['right']?.value ?? 0];
    expect(after).toBeGreaterThan(before + 0.2);
    expect(gained?.difference.value).toBeCloseTo(after - before, 12);
  });

  it('ended at any moment and begun again, comes to the same results', async () => {
    const [whole, broken] = [await temporaryFolder(), await temporaryFolder()];
    await run({ out: whole });
    for (let after = 1; after < 40; after += 3) {
      const stop = new AbortController();
      let measured = 0;
      await run({
        out: broken,
        signal: stop.signal,
        onProgress: () => {
          measured += 1;
          if (measured > after % 7) stop.abort();
        },
      });
    }
    await run({ out: broken });
    expect(await timeless(broken)).toEqual(await timeless(whole));
    expect((await run({ out: broken })).measured).toBe(0);
  });

  it('is not gone on with by another', async () => {
    const out = await temporaryFolder();
    await run({ out });
    await expect(run({ out, manifest: { seed: 2 } })).rejects.toThrow('seed: 1 there, 2 now');
  });

  it('takes only the first examples, and more when asked again', async () => {
    const out = await temporaryFolder();
    expect(await run({ out, limit: 5 })).toMatchObject({ measured: 5, total: 5 });
    expect(await run({ out, limit: 8 })).toMatchObject({ measured: 3, done: 8 });
  });

  it('names what could not be read and what failed, tries the latter again, and stops when nothing works', async () => {
    const out = await temporaryFolder();
    const example = (id: string): { at: string; example: Example } => ({
      at: `file:${id}`,
      example: { id, messages: [{ role: 'user', content: id }], strata: [] },
    });
    const listed: EvalTask = {
      name: 'listed',
      metrics: [],
      description: {},
      count: null,
      async *examples() {
        yield example('one');
        yield { at: 'file:2', fault: 'the row has no question' };
        yield example('two');
        yield example('one');
      },
      evaluate: async () => ({}),
    };
    let down = true;
    const failing = {
      ...scriptedUpstream(() => 'So.'),
      open: async (request: Parameters<typeof upstream.open>[0]) => {
        if (down && request.messages.at(-1)?.content === 'two')
          throw new StreamAlignerError('upstream-rejected', 'It does not take this.');
        return scriptedUpstream(() => 'So.').open(request);
      },
    };
    const listing = { ...base, out, tasks: [listed], methods: [], upstream: failing };
    await runEval(listing);
    await runEval(listing);
    const failures = await resultsOf<RunFailure>(out, RUN_FILES.failures);
    expect(failures.map(({ at, reason }) => [at, reason]).sort()).toEqual([
      ['file:2', 'the row has no question'],
      ['file:one', 'it is the same example as an earlier row'],
      ['file:two', 'It does not take this.'],
    ]);
    down = false;
    await runEval(listing);
    const { tasks } = await writeSummary(out, { stamp, tasks: [listed] });
    expect(tasks[0]?.examples).toBe(2);
    expect(tasks[0]?.faults.map(({ at }) => at).sort()).toEqual(['file:2', 'file:one']);

    const broken = {
      ...failing,
      open: async () => {
        throw new StreamAlignerError('upstream-rejected', 'No.');
      },
    };
    await expect(run({ out: await temporaryFolder(), upstream: broken, giveUpAfter: 3 })).rejects.toThrow(
      'The last 3 examples have all failed',
    );
  });

  it('never scores what could not be measured', async () => {
    const out = await temporaryFolder();
    let asked = 0;
    const odd: EvalTask = {
      ...task,
      name: 'odd',
      evaluate: async () => {
        asked += 1;
        return { right: asked % 2 === 0 ? null : 1 };
      },
    };
    const judgedOnce = { score: 0.75, choices: ['first', 'tie'] as const };
    const nonsense = { score: null, choices: [null, 'first'] as const };
    await run({
      out,
      tasks: [odd],
      methods: [],
      limit: 10,
      compare: async () => ({ helpful: judgedOnce, harmless: nonsense }),
    });
    const { tasks } = await writeSummary(out, { stamp, tasks: [odd] });
    const [raw] = tasks[0]?.methods ?? [];
    expect(raw?.metrics['right']).toMatchObject({ value: 1, count: 5 });
    expect(raw?.unscored).toMatchObject({ right: 5 });
    expect(raw?.judged).toBeUndefined();
  });
});
