import { hash64 } from '../../data/hash.ts';
import type { ExampleResult, MethodAnswer } from '../../eval/result.ts';
import type { TaskSummary } from '../../eval/summary.ts';
import { mainMethod } from '../methods.ts';
import { type ReportRun, readResults } from '../read-runs.ts';
import { type Outcome, outcomeOf } from './outcome.ts';

/** An example that alignment made worse. */
export interface Loss {
  result: ExampleResult;
  raw: MethodAnswer;
  aligned: MethodAnswer;
  by: Outcome['losses'];
}

/** What the answers of one task of a run come to, with those that are shown. */
export interface GatheredTask {
  task: TaskSummary;
  /** The method whose losses these are; null where nothing was aligned. */
  method: string | null;
  /** Examples in which raw and aligned could be compared, and what became of them. */
  compared: number;
  better: number;
  worse: number;
  /** The worst, worst first. */
  losses: Loss[];
  /** Taken by chance, the same ones in every run. */
  sample: ExampleResult[];
  /** Values of every metric that is no share, by metric and method. */
  values: Map<string, Map<string, number[]>>;
}

export interface GatherLimits {
  losses: number;
  sample: number;
}

/** Reads a run's answers once and keeps what a report shows. Damaged lines are told to `onDamaged`. */
export async function gather(
  run: ReportRun,
  { limits, onDamaged }: { limits: GatherLimits; onDamaged: (where: string) => void },
): Promise<GatheredTask[]> {
  const gathered = new Map(run.summary.tasks.map((task) => [task.task, begin(task)]));
  for await (const result of readResults(run.folder, onDamaged)) {
    const task = gathered.get(result.task);
    if (task) take(task, result, limits);
  }
  for (const task of gathered.values()) keepBest(task, limits);
  return [...gathered.values()];
}

const begin = (task: TaskSummary): GatheredTask => ({
  task,
  method: mainMethod(task.methods.map(({ method }) => method)),
  compared: 0,
  better: 0,
  worse: 0,
  losses: [],
  sample: [],
  values: new Map(),
});

function take(gathered: GatheredTask, result: ExampleResult, limits: GatherLimits): void {
  const { task, method, losses, sample } = gathered;
  takeValues(gathered, result);
  sample.push(result);
  const raw = result.answers.find((answer) => answer.method === 'raw');
  const aligned = result.answers.find((answer) => answer.method === method);
  if (raw && aligned) {
    const { is, losses: by } = outcomeOf(aligned, raw, task.metrics[0]);
    if (is !== 'unknown') gathered.compared += 1;
    if (is === 'better') gathered.better += 1;
    if (is === 'worse') {
      gathered.worse += 1;
      losses.push({ result, raw, aligned, by });
    }
  }
  // Twice the limit at most are held, and sorted seldom.
  if (sample.length >= 2 * limits.sample || losses.length >= 2 * limits.losses) keepBest(gathered, limits);
}

function takeValues({ task, values }: GatheredTask, { answers }: ExampleResult): void {
  for (const { name, kind } of task.metrics) {
    if (kind === 'share') continue;
    const byMethod = values.get(name) ?? new Map<string, number[]>();
    values.set(name, byMethod);
    for (const { method, metrics } of answers) {
      const value = metrics[name];
      if (typeof value !== 'number') continue;
      const list = byMethod.get(method) ?? [];
      byMethod.set(method, list);
      list.push(value);
    }
  }
}

function keepBest(gathered: GatheredTask, limits: GatherLimits): void {
  // A checker knows better than a judge.
  gathered.losses.sort(
    (one, other) =>
      other.by.metric - one.by.metric ||
      other.by.judged - one.by.judged ||
      one.result.id.localeCompare(other.result.id),
  );
  gathered.losses.splice(limits.losses);
  gathered.sample.sort((one, other) => drawn(one).localeCompare(drawn(other)));
  gathered.sample.splice(limits.sample);
}

/** An order that has nothing to do with the answers. */
const drawn = ({ id }: ExampleResult) => hash64('sample', id);
