import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { StreamAlignerError } from '@stream-aligner/core';
import type { AnswerRecord } from './answers/answer-record.ts';
import { asAnswerError } from './answers/as-answer-error.ts';
import { createTally, type Tally } from './answers/tally.ts';
import { type AnswerTask, answersPerPrompt, type Plan, planTasks } from './answers/task.ts';
import { type BuildState, openState } from './folder/build-state.ts';
import { FILES } from './folder/files.ts';
import { lockFolder } from '../folder/lock.ts';
import { claimManifest, type Manifest } from '../folder/manifest.ts';
import { forEachAtOnce } from './pool.ts';
import type { SourceItem } from './prompts/source.ts';

export interface BuildOptions {
  /** The folder of the build, made if it is not there; one that holds a part of the same build is gone on with. */
  out: string;
  /** Everything that decides what comes out: options, sources, models, version. A build is only gone on with as it began. */
  manifest: Manifest;
  prompts: { items(): AsyncIterable<SourceItem>; count: number | null };
  plan: Plan;
  /** Writes and judges one answer; throws why it failed. See `runAnswer`. */
  run: (task: AnswerTask, signal: AbortSignal) => Promise<AnswerRecord>;
  /** Told of every answer that `run` was asked for once the folder says what became of it. */
  onKept?: (id: string) => void;
  /** Only the first prompts that can be read. Default all. */
  limit?: number;
  /** Answers at once. Default 32. */
  concurrency?: number;
  /** Whether answers that failed before are tried again. Default false. */
  retryFailures?: boolean;
  /**
   * Failures in a row after which the build stops, since then something is wrong with more than an answer; 0 never stops.
   * Default 50, or twice `concurrency` where that is more.
   */
  giveUpAfter?: number;
  /** Ends the build: answers in flight are left, and will be made when it goes on. */
  signal?: AbortSignal;
  /** Called at the beginning and after every answer. The same object each time, kept up to date. */
  onProgress?: (tally: Readonly<Tally>) => void;
}

/**
 * Writes and judges every answer of a plan that is not in the folder yet, each as one line of answers.jsonl or, where it
 * failed, of failures.jsonl. Prompts are read as answers are finished; nothing is held but the answers in flight and 24
 * to 48 bytes for each id.
 *
 * Killed at any moment and begun again, it loses the answers that were in flight and nothing else.
 *
 * @throws StreamAlignerError `invalid-request` for a folder of another build, `upstream-failed` when it gives up,
 * `closed` when a file cannot be written. An abort is no error.
 */
export async function buildAnswers(options: BuildOptions): Promise<Tally> {
  const { out, manifest, prompts, plan, limit = Number.POSITIVE_INFINITY, onProgress } = options;
  await mkdir(out, { recursive: true });
  const unlock = await lockFolder(join(out, FILES.lock));
  try {
    await claimManifest(join(out, FILES.manifest), manifest);
    const count = prompts.count === null ? null : Math.min(prompts.count, limit) * answersPerPrompt(plan);
    const tally = createTally(count);
    const state = await openState(out, { tally, retryFailures: options.retryFailures ?? false });
    try {
      onProgress?.(tally);
      await work(options, { tasks: planTasks(prompts.items(), plan, limit), state, tally });
      return tally;
    } finally {
      await state.close();
    }
  } finally {
    await unlock();
  }
}

interface Work {
  tasks: ReturnType<typeof planTasks>;
  state: BuildState;
  tally: Tally;
}

async function work(options: BuildOptions, { tasks, state, tally }: Work): Promise<void> {
  const { run, plan, concurrency = 32, signal, onKept, onProgress } = options;
  const { giveUpAfter = Math.max(50, 2 * concurrency) } = options;
  let failuresInARow = 0;

  async function make(at: string, task: AnswerTask, signal: AbortSignal): Promise<void> {
    const outcome = await run(task, signal).catch(asAnswerError);
    if (!(outcome instanceof Error)) {
      await state.keep(outcome);
      onKept?.(task.id);
      failuresInARow = 0;
      return;
    }
    // Nothing is wrong with an answer that was called off.
    if (signal.aborted) return;
    await state.fail({ at, task, error: outcome });
    onKept?.(task.id);
    failuresInARow += 1;
    if (giveUpAfter > 0 && failuresInARow >= giveUpAfter) throw givingUp(failuresInARow, outcome);
  }

  await forEachAtOnce(tasks, { concurrency, signal }, async (item, signal) => {
    if ('fault' in item) await state.noteUnreadable(item);
    else if (state.claim(item.task.id)) await make(item.at, item.task, signal);
    tally.seen += 'fault' in item ? answersPerPrompt(plan) : 1;
    onProgress?.(tally);
  });
}

function givingUp(count: number, { message, code }: StreamAlignerError): StreamAlignerError {
  return new StreamAlignerError(
    'upstream-failed',
    `The last ${count} answers have all failed, so the build stops. The last of them: ${message} When that is mended, go on with --retry-failures.`,
    { details: { failures: count, code } },
  );
}
