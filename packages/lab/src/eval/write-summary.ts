import { join } from 'node:path';
import { readLog } from '../folder/read-log.ts';
import { writeJson } from '../folder/write-whole.ts';
import type { ExampleResult, RunStamp } from './result.ts';
import { RUN_FILES } from './run/files.ts';
import type { RunFailure } from './run/run-state.ts';
import { summariseTask } from './summarise.ts';
import type { EvalSummary } from './summary.ts';
import type { EvalTask } from './tasks/task.ts';

/** Summarises what a run's folder holds, and writes it there as summary.json. */
export async function writeSummary(
  out: string,
  { stamp, tasks }: { stamp: RunStamp; tasks: readonly Pick<EvalTask, 'name' | 'metrics'>[] },
): Promise<EvalSummary> {
  const results = (await all(join(out, RUN_FILES.results))) as ExampleResult[];
  const failures = (await all(join(out, RUN_FILES.failures))) as RunFailure[];
  const times = results.map(({ at }) => at).sort();
  const summary: EvalSummary = {
    run: stamp,
    began: times[0] ?? '',
    ended: times.at(-1) ?? '',
    tasks: tasks.map((task) => summariseTask(task, results, failures)),
  };
  await writeJson(join(out, RUN_FILES.summary), summary);
  return summary;
}

async function all(path: string): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const value of readLog(path)) found.push(value);
  return found;
}
