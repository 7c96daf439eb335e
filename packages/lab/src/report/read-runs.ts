import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { StreamAlignerError } from '@stream-aligner/core';
import { cannotRead, readLines } from '../data/lines.ts';
import type { ExampleResult, ModelStamp } from '../eval/result.ts';
import { RUN_FILES } from '../eval/run/files.ts';
import type { EvalSummary } from '../eval/summary.ts';
import { formatParameters } from './format.ts';

/** A run as a report tells it. */
export interface ReportRun {
  folder: string;
  /** Tells it from the report's other runs: its models, and what else differs where they do not. */
  label: string;
  summary: EvalSummary;
}

/**
 * The runs of some folders, in their order. Throws `invalid-request` for a folder that is not there, that holds no run,
 * whose run has not ended, or whose summary cannot be understood, and for one that is given twice.
 */
export async function readRuns(folders: readonly string[]): Promise<ReportRun[]> {
  if (folders.length === 0) throw invalid('No run was given. Give the folder of an evaluation, or several.');
  const twice = folders.find(
    (folder, at) => folders.findIndex((other) => resolve(other) === resolve(folder)) < at,
  );
  if (twice !== undefined) throw invalid(`${twice} is given twice. A report takes every run once.`);
  const runs = await Promise.all(
    folders.map(async (folder) => ({ folder, summary: await readSummary(folder) })),
  );
  const labels = labelsOf(runs);
  return runs.map((run, index) => ({ ...run, label: labels[index] ?? run.folder }));
}

/** The results of a run, none if it has no such file. A line that cannot be read is told to `onDamaged` by its place. */
export async function* readResults(
  folder: string,
  onDamaged: (where: string) => void,
): AsyncGenerator<ExampleResult, void, undefined> {
  const path = join(folder, RUN_FILES.results);
  if (!(await isThere(path))) return;
  for await (const line of readLines(path, { maxBytes: 64 * 1024 * 1024 })) {
    const result = 'text' in line ? asResult(line.text) : null;
    if (result) yield result;
    else onDamaged(`${path}:${line.number}`);
  }
}

/** The model that a run has in some place. */
export const modelAs = ({ summary }: Pick<ReportRun, 'summary'>, as: ModelStamp['as']) =>
  summary.run.models.find((model) => model.as === as);

async function readSummary(folder: string): Promise<EvalSummary> {
  if (!(await isThere(folder)))
    throw invalid(`${folder} is not there. Give the folder that "stream-aligner eval run --out" wrote.`);
  const path = join(folder, RUN_FILES.summary);
  if (!(await isThere(path))) throw await noSummary(folder);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw cannotRead(path, cause);
  });
  const summary = parse(text);
  if (!isSummary(summary))
    throw invalid(
      `${path} is not the summary of an evaluation, or one of another version. Run the same "stream-aligner eval run" again: it keeps the answers that are there and writes the summary anew.`,
    );
  return summary;
}

async function noSummary(folder: string): Promise<StreamAlignerError> {
  if (!(await isThere(join(folder, RUN_FILES.results))))
    return invalid(
      `${folder} holds no run: there is neither ${RUN_FILES.summary} nor ${RUN_FILES.results}. Give the folder that "stream-aligner eval run --out" wrote.`,
    );
  return invalid(
    `The run in ${folder} has not ended: it has ${RUN_FILES.results} but no ${RUN_FILES.summary}, which is written last. Wait for it; or, if it was stopped, start the same command again: it goes on where it was.`,
  );
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR'))
      return false;
    throw cannotRead(path, cause);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isSummary(value: unknown): value is EvalSummary {
  if (!isObject(value) || !isObject(value['run']) || !Array.isArray(value['tasks'])) return false;
  if (!Array.isArray(value['run']['models'])) return false;
  return value['tasks'].every(
    (task: unknown) =>
      isObject(task) &&
      typeof task['task'] === 'string' &&
      [task['metrics'], task['methods'], task['faults']].every(Array.isArray) &&
      isObject(task['strata']),
  );
}

function asResult(text: string): ExampleResult | null {
  const value = parse(text);
  const isResult =
    isObject(value) &&
    [value['task'], value['id'], value['question']].every((field) => typeof field === 'string') &&
    Array.isArray(value['strata']) &&
    Array.isArray(value['answers']);
  return isResult ? (value as unknown as ExampleResult) : null;
}

function labelsOf(runs: readonly { folder: string; summary: EvalSummary }[]): string[] {
  const byPair = runs.map((run) => {
    const pair = [modelAs(run, 'upstream'), modelAs(run, 'aligner') ?? modelAs(run, 'full')];
    return pair.flatMap((model) => (model ? [modelLabel(model)] : [])).join(' + ') || basename(run.folder);
  });
  return runs.map(({ folder, summary }, index) => {
    const label = byPair[index] ?? folder;
    const isAlone = byPair.filter((other) => other === label).length === 1;
    if (isAlone) return label;
    const same = runs.filter((_, at) => byPair[at] === label);
    const seeds = new Set(same.map((run) => run.summary.run.seed));
    return `${label}, ${seeds.size === same.length ? `seed ${summary.run.seed}` : basename(resolve(folder))}`;
  });
}

const modelLabel = ({ name, parameters }: ModelStamp) =>
  parameters === undefined ? name : `${name} (${formatParameters(parameters)})`;

const invalid = (message: string) => new StreamAlignerError('invalid-request', message);
