import { StreamAlignerError, type Upstream } from '@stream-aligner/core';
import type { Annotator } from './annotator.ts';
import type { AnswerRecord } from './answer-record.ts';
import { runAnswer } from './run-answer.ts';
import type { AnswerTask } from './task.ts';

/** An upstream as answers use it. */
export interface OpenUpstream {
  upstream: Upstream;
  /** 0 where what is written ahead and thrown away is billed. Default: the correction loop's own. */
  lookahead?: number;
}

/** Runs tasks with the models that they name. */
export function createRunner({
  upstreams,
  annotator,
  maxTokens,
}: {
  upstreams: ReadonlyMap<string, OpenUpstream>;
  annotator: Annotator;
  maxTokens: number;
}): (task: AnswerTask, signal: AbortSignal) => Promise<AnswerRecord> {
  return async (task, signal) => {
    const named = upstreams.get(task.upstream);
    if (!named)
      throw new StreamAlignerError('internal', `The upstream ${task.upstream} of a task is not open here.`);
    return runAnswer(task, { ...named, annotator, maxTokens, signal });
  };
}
