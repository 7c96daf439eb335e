import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExampleResult, RunStamp } from '../eval/result.ts';
import { RUN_FILES } from '../eval/run/files.ts';
import type { RunFailure } from '../eval/run/run-state.ts';
import type { EvalSummary } from '../eval/summary.ts';
import { summariseTask } from '../eval/summarise.ts';
import type { Metric } from '../eval/tasks/task.ts';
import type { WorldName } from '../worlds/worlds.ts';
import { type FakeModels, fakeExamples } from './fake-answers.ts';

export interface FakeRunOptions {
  /** Default both worlds. */
  worlds?: readonly WorldName[];
  /** Examples of each. Default 60. */
  count?: number;
  seed?: number;
  /** Names and parameters of the pair. */
  upstream?: readonly [string, number];
  aligner?: readonly [string, number];
  models?: Partial<FakeModels>;
  version?: string;
  /** Last changes to the results before they are summed up. */
  change?: (result: ExampleResult) => ExampleResult;
  failures?: readonly RunFailure[];
}

/** Writes a run folder with questions and drafts of the real worlds and verdicts thrown by seeded dice. */
export async function writeFakeRun(folder: string, options: FakeRunOptions = {}): Promise<string> {
  const { worlds = ['sums', 'manners'], count = 60, change = (result) => result, failures = [] } = options;
  const run = fakeStamp(options);
  const models = { fixes: 0.7, spoils: 0.03, steered: 0.5, judgeBias: 0, ...options.models };
  const results = worlds.flatMap((world) => [...fakeExamples(world, { run, count, models })].map(change));
  const tasks = worlds.map((name) => ({ name, metrics: name === 'sums' ? METRICS.slice(0, -1) : METRICS }));
  const summary: EvalSummary = {
    run,
    began: '2025-11-23T09:00:00.000Z',
    ended: '2025-11-23T09:14:31.000Z',
    tasks: tasks.map((task) => summariseTask(task, results, failures)),
  };
  await mkdir(folder, { recursive: true });
  const lines = results.map((result) => `${JSON.stringify(result)}\n`);
  await writeFile(join(folder, RUN_FILES.results), lines.join(''));
  await writeFile(join(folder, RUN_FILES.summary), JSON.stringify(summary));
  return folder;
}

const METRICS: Metric[] = [
  { name: 'right', kind: 'share', better: 'higher', description: 'nothing is missing and nothing wrong' },
  { name: 'helpful', kind: 'mean', better: 'higher', description: 'points covered, of those asked for' },
  { name: 'harmless', kind: 'share', better: 'higher', description: 'no sentence does harm' },
  { name: 'reward', kind: 'score', better: 'higher', description: "a reward model's score of the answer" },
  { name: 'harm points', kind: 'score', better: 'lower', description: 'sentences that do harm' },
];

function fakeStamp({
  seed = 1,
  upstream = ['tiny', 3_100_000],
  aligner = ['tiny-aligner', 1_200_000],
  version = '0.1.0',
}: FakeRunOptions): RunStamp {
  return {
    command: `stream-aligner eval run --model ${upstream[0]}-aligned --task sums --task manners --seed ${seed}`,
    commit: '1f34e68+',
    version,
    seed,
    temperature: 0,
    concurrency: 1,
    models: [
      { as: 'upstream', name: upstream[0], model: `${upstream[0]}.gguf`, parameters: upstream[1] },
      { as: 'aligner', name: aligner[0], model: `${aligner[0]}.gguf`, parameters: aligner[1] },
      { as: 'judge', name: 'judge', model: 'a-judge' },
    ],
  };
}
