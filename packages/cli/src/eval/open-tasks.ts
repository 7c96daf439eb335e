import { StreamAlignerError } from '@stream-aligner/core';
import {
  type EvalTask,
  type JudgeModel,
  openMathsTask,
  openOverRefusalTask,
  openPromptsTask,
  openTruthfulnessTask,
  openWorldTask,
  type ScoreModels,
  withScores,
  worldNames,
} from '@stream-aligner/lab';
import type { EvalFlags } from './flags.ts';

/** Tasks that read a file. */
const FROM_FILE = ['gsm8k', 'math', 'prompts', 'over-refusal', 'truthfulness'] as const;
type FromFile = (typeof FROM_FILE)[number];

const isWorld = (name: string): name is (typeof worldNames)[number] =>
  worldNames.some((each) => each === name);
const isFromFile = (name: string): name is FromFile => FROM_FILE.some((each) => each === name);

/** Opens the tasks that are named as NAME or NAME=FILE. Throws `invalid-request` for what is none or needs more. */
export async function openTasks(
  { task: named, ...flags }: EvalFlags,
  { judge, scorers }: { judge: JudgeModel | undefined; scorers: ScoreModels },
): Promise<EvalTask[]> {
  const tasks: EvalTask[] = [];
  for (const each of named) {
    const task = await openTask(each, flags, judge);
    if (tasks.some(({ name }) => name === task.name))
      throw wrong(`The task ${task.name} is named twice. Run it twice, into two folders.`);
    tasks.push(Object.keys(scorers).length > 0 ? withScores(task, scorers) : task);
  }
  return tasks;
}

async function openTask(
  named: string,
  { count, worldSeed, seed, field }: Omit<EvalFlags, 'task'>,
  judge: JudgeModel | undefined,
): Promise<EvalTask> {
  const at = named.indexOf('=');
  const [name, path] = at < 0 ? [named, ''] : [named.slice(0, at), named.slice(at + 1)];
  if (isWorld(name)) {
    if (path !== '') throw wrong(`The task ${name} is a generated world and reads no file. Leave "=…" out.`);
    return openWorldTask(name, { seed: worldSeed ?? seed, count });
  }
  if (!isFromFile(name))
    throw wrong(
      `There is no task "${name}". These are known: ${worldNames.join(', ')}, and with =FILE behind them ${FROM_FILE.join(', ')}.`,
    );
  if (path === '') throw wrong(`The task ${name} reads a file: write it as ${name}=FILE.`);
  switch (name) {
    case 'gsm8k':
    case 'math':
      return openMathsTask({ name, path });
    case 'prompts':
      return openPromptsTask({ name, path, ...(field !== undefined && { field }) });
    case 'over-refusal':
      return openOverRefusalTask({ name, path, judge: needed(name, judge) });
    case 'truthfulness':
      return openTruthfulnessTask({ name, path, judge: needed(name, judge) });
  }
}

function needed(name: string, judge: JudgeModel | undefined): JudgeModel {
  if (judge) return judge;
  throw wrong(`The task ${name} needs a model that judges the answers. Name one with --judge.`);
}

const wrong = (message: string) => new StreamAlignerError('invalid-request', message);
