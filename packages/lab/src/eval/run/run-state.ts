import { join } from 'node:path';
import { openLog } from '../../folder/append-log.ts';
import { recoverLog } from '../../folder/read-log.ts';
import type { ExampleResult } from '../result.ts';
import { RUN_FILES } from './files.ts';

/** One line of failures.jsonl: an example that could not be read or answered, and why. */
export interface RunFailure {
  task: string;
  /** Of an example that was read. */
  id?: string;
  at: string;
  /** `unreadable`, or the code of the error. */
  code: string;
  reason: string;
}

/** What a run's folder holds, and what is being added to it. */
export interface RunState {
  has(task: string, id: string): boolean;
  keep(result: ExampleResult): Promise<void>;
  fail(failure: RunFailure): Promise<void>;
  close(): Promise<void>;
}

export async function openRunState(out: string): Promise<RunState> {
  const done = new Set<string>();
  const known = new Set<string>();
  for await (const value of recoverLog(join(out, RUN_FILES.results))) done.add(keyOf(value as ExampleResult));
  for await (const value of recoverLog(join(out, RUN_FILES.failures)))
    known.add(failureKey(value as RunFailure));
  const results = await openLog(join(out, RUN_FILES.results));
  const failures = await openLog(join(out, RUN_FILES.failures));
  return {
    has: (task, id) => done.has(keyOf({ task, id })),
    async keep(result) {
      await results.append(result);
      done.add(keyOf(result));
    },
    async fail(failure) {
      const key = failureKey(failure);
      if (known.has(key)) return;
      known.add(key);
      await failures.append(failure);
    },
    async close() {
      try {
        await results.close();
      } finally {
        await failures.close();
      }
    },
  };
}

const keyOf = ({ task, id }: { task: string; id: string }) => JSON.stringify([task, id]);

const failureKey = ({ task, at, code, reason }: RunFailure) => JSON.stringify([task, at, code, reason]);
