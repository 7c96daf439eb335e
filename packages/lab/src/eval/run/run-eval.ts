import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { StreamAlignerError, type Upstream } from '@stream-aligner/core';
import { asAnswerError } from '../../data/answers/as-answer-error.ts';
import { hash64 } from '../../data/hash.ts';
import { forEachAtOnce } from '../../data/pool.ts';
import { lockFolder } from '../../folder/lock.ts';
import { claimManifest, type Manifest } from '../../folder/manifest.ts';
import type { Method } from '../methods/method.ts';
import type { RunStamp } from '../result.ts';
import type { EvalTask, ExampleItem } from '../tasks/task.ts';
import { RUN_FILES } from './files.ts';
import { type Compare, measureExample } from './measure.ts';
import { openRunState, type RunState } from './run-state.ts';

export interface RunEvalOptions {
  /** The folder of the run, made if it is not there; one that holds a part of the same run is gone on with. */
  out: string;
  /** Everything that decides what comes out. A run is only gone on with as it began. */
  manifest: Manifest;
  /** Stands in every line of results. */
  stamp: RunStamp;
  tasks: readonly EvalTask[];
  /** What answers each example beside the raw upstream. */
  methods: readonly Method[];
  upstream: Upstream;
  /** See `AlignOptions.lookahead`. */
  lookahead?: number;
  /** Compares every answer with the raw one. */
  compare?: Compare;
  /** Longest answer, in tokens. */
  maxTokens: number;
  /** Only the first examples of each task that can be read. Default all. */
  limit?: number;
  /** Failures in a row after which the run stops: then something is wrong with more than an example. Default 20. */
  giveUpAfter?: number;
  /** Ends the run: examples in flight are left, and will be measured when it goes on. */
  signal?: AbortSignal;
  onProgress?: (progress: Readonly<RunProgress>) => void;
}

/** How far a run is; `total` is null where a source does not say. */
export interface RunProgress {
  task: string;
  /** Examples with results, earlier ones included. */
  done: number;
  total: number | null;
  /** Examples that were measured now. */
  measured: number;
  /** Rows that could not be read, and examples that failed now. */
  faults: number;
}

/**
 * Has every example of every task answered by every method, and measures the answers: one line of results.jsonl an
 * example. Rows that cannot be read and examples whose models failed go to failures.jsonl with a reason; the latter are
 * tried again when the run is.
 *
 * Killed at any moment and begun again, it loses the examples that were in flight and nothing else.
 *
 * @throws StreamAlignerError `invalid-request` for a folder of another run, `upstream-failed` when it gives up. An abort is
 * no error.
 */
export async function runEval(options: RunEvalOptions): Promise<RunProgress> {
  const { out, manifest, tasks } = options;
  await mkdir(out, { recursive: true });
  const unlock = await lockFolder(join(out, RUN_FILES.lock));
  try {
    await claimManifest(join(out, RUN_FILES.manifest), manifest);
    const state = await openRunState(out);
    try {
      const progress: RunProgress = { task: '', done: 0, total: 0, measured: 0, faults: 0 };
      const counts = tasks.map(({ count }) =>
        count === null ? null : Math.min(count, options.limit ?? Number.POSITIVE_INFINITY),
      );
      progress.total = counts.reduce<number | null>(
        (sum, count) => (sum === null || count === null ? null : sum + count),
        0,
      );
      for (const task of tasks) await runTask(task, options, { state, progress });
      return progress;
    } finally {
      await state.close();
    }
  } finally {
    await unlock();
  }
}

interface Running {
  state: RunState;
  progress: RunProgress;
}

async function runTask(task: EvalTask, options: RunEvalOptions, { state, progress }: Running): Promise<void> {
  const { stamp, maxTokens, signal, onProgress, upstream, lookahead, giveUpAfter = 20 } = options;
  const { seed, temperature, concurrency } = stamp;
  progress.task = task.name;
  onProgress?.(progress);
  const seen = new Set<string>();
  let failuresInARow = 0;

  const measure = async (item: ExampleItem, signal: AbortSignal) => {
    if ('fault' in item) {
      progress.faults += 1;
      await state.fail({ task: task.name, at: item.at, code: 'unreadable', reason: item.fault });
      return;
    }
    const { example } = item;
    const { id, messages, strata } = example;
    if (seen.has(id)) {
      progress.faults += 1;
      const reason = 'it is the same example as an earlier row';
      await state.fail({ task: task.name, at: item.at, code: 'unreadable', reason });
      return;
    }
    seen.add(id);
    if (state.has(task.name, id)) {
      progress.done += 1;
      return;
    }
    const params = { temperature, maxTokens, seed: seedOf(seed, id) };
    const asked = { params, upstream, signal, ...(lookahead !== undefined && { lookahead }) };
    const answers = await measureExample(example, asked, { ...options, task }).catch(asAnswerError);
    if (!(answers instanceof Error)) {
      const question = textOfLast(messages);
      const at = new Date().toISOString();
      await state.keep({ task: task.name, id, question, strata, at, run: stamp, answers });
      failuresInARow = 0;
      progress.done += 1;
      progress.measured += 1;
      return;
    }
    if (signal.aborted) return;
    // Nothing that is set up wrongly gets better with the next example.
    if (answers.code === 'configuration' || answers.code === 'internal') throw answers;
    progress.faults += 1;
    await state.fail({ task: task.name, id, at: item.at, code: answers.code, reason: answers.message });
    failuresInARow += 1;
    if (failuresInARow >= giveUpAfter) throw givingUp(failuresInARow, answers);
  };

  await forEachAtOnce(
    first(task.examples(), options.limit),
    { concurrency, signal },
    async (item, signal) => {
      await measure(item, signal);
      onProgress?.(progress);
    },
  );
}

/** The first examples that could be read, and the faults among them. */
async function* first(
  items: AsyncIterable<ExampleItem>,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<ExampleItem, void, undefined> {
  let count = 0;
  if (limit === 0) return;
  for await (const item of items) {
    yield item;
    if ('example' in item) count += 1;
    if (count >= limit) return;
  }
}

/** A seed for each example, so that neither their order nor their number changes an answer. */
const seedOf = (seed: number, id: string) => Number.parseInt(hash64(String(seed), id).slice(0, 7), 16);

function textOfLast(messages: readonly { content: unknown }[]): string {
  const content = messages.at(-1)?.content;
  return typeof content === 'string' ? content : JSON.stringify(content ?? '');
}

function givingUp(count: number, { message, code }: StreamAlignerError): StreamAlignerError {
  return new StreamAlignerError(
    'upstream-failed',
    `The last ${count} examples have all failed, so the run stops. The last of them: ${message} When that is mended, run the same command again; it goes on where it was.`,
    { details: { failures: count, code } },
  );
}
