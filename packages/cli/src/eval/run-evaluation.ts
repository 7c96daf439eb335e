import { StreamAlignerError } from '@stream-aligner/core';
import {
  createComparer,
  createScoreModel,
  type EvalSummary,
  type ModelStamp,
  readCriteria,
  runEval,
  type ScoreModels,
  VERSION,
  writeSummary,
} from '@stream-aligner/lab';
import { type NamedModels, openNamedModels } from '../data/models.ts';
import { EXIT } from '../exit-codes.ts';
import { findConfiguration, type FoundConfiguration } from '../find-configuration.ts';
import { createPaint, usesColours } from '../terminal/paint.ts';
import { withProgress } from '../terminal/progress.ts';
import { stopOnInterrupt } from '../terminal/stop-on-interrupt.ts';
import { createEvalProgress } from './eval-progress.ts';
import type { EvalFlags } from './flags.ts';
import { openMethods } from './open-methods.ts';
import { openTasks } from './open-tasks.ts';
import { stampOf } from './stamp.ts';
import { evalTable } from './eval-table.ts';

/** Runs `eval run`. Gives the exit code. */
export async function runEvaluation(flags: EvalFlags): Promise<number> {
  requireSense(flags);
  const found = await findConfiguration(flags.config, { serves: false });
  const models = openNamedModels(found, flags.concurrency);
  const stopping = stopOnInterrupt();
  try {
    const summary = await measure(flags, { found, models, signal: stopping.signal });
    if (summary === null) return interrupted(flags);
    requireResults(summary);
    const { stdout } = process;
    if (flags.json) stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
    else stdout.write(evalTable(summary, flags.out, createPaint(usesColours(stdout, flags.color))));
    return EXIT.ok;
  } finally {
    stopping.forget();
    await models.close();
  }
}

interface Running {
  found: FoundConfiguration;
  models: NamedModels;
  signal: AbortSignal;
}

/** The summary, or null for a run that was interrupted. */
async function measure(flags: EvalFlags, { found, models, signal }: Running): Promise<EvalSummary | null> {
  const { out, judge: judgeName, criterion = ['helpful', 'harmless'], maxTokens, limit } = flags;
  const name = flags.upstream ?? models.onlyUpstream();
  const { upstream, lookahead } = await withProgress('Loading the models', models.upstream(name));
  const judge = judgeName === undefined ? undefined : { model: (await models.upstream(judgeName)).upstream };
  const scorers = openScorers(found, flags);
  const tasks = await openTasks(flags, { judge, scorers });
  const methods = await openMethods(models, flags, scorers);
  const criteria = judge && readCriteria(criterion);
  const stamp = await stampOf(flags, await modelStamps(models, { ...flags, upstream: name }, found));
  const manifest = {
    version: VERSION,
    tasks: Object.fromEntries(tasks.map((task) => [task.name, task.description])),
    methods: methods.flatMap((method) => method.names),
    upstream: await models.describe('upstreams', name),
    aligner: flags.aligner === undefined ? null : await models.describe('aligners', flags.aligner),
    full: flags.full === undefined ? null : await models.describe('upstreams', flags.full),
    judge: judgeName === undefined ? null : { ...(await models.describe('upstreams', judgeName)), criteria },
    scorers: Object.fromEntries(Object.entries(scorers).map(([as, { model }]) => [as, model])),
    rankBy: flags.bestOf === undefined ? null : flags.rankBy,
    temperature: flags.temperature,
    maxTokens,
    seed: flags.seed,
  };
  const progress = createEvalProgress();
  try {
    await runEval({
      out,
      manifest,
      stamp,
      tasks,
      methods,
      upstream,
      maxTokens,
      signal,
      onProgress: progress.note,
      ...(judge && criteria && { compare: createComparer({ judge, criteria }) }),
      ...(lookahead !== undefined && { lookahead }),
      ...(limit !== undefined && { limit }),
    });
  } finally {
    progress.end();
  }
  if (signal.aborted) return null;
  return withProgress('Summing up', writeSummary(out, { stamp, tasks }));
}

function openScorers({ configuration, path }: FoundConfiguration, { reward, cost }: EvalFlags): ScoreModels {
  const open = (name: string) => {
    const entry = Object.hasOwn(configuration.scorers, name) ? configuration.scorers[name] : undefined;
    if (entry) return createScoreModel(entry);
    const known = Object.keys(configuration.scorers).join(', ') || 'none';
    throw new StreamAlignerError(
      'invalid-request',
      `There is no "${name}" under scorers in ${path ?? 'the configuration, since there is none (--config)'}. These are known: ${known}.`,
    );
  };
  return {
    ...(reward !== undefined && { reward: open(reward) }),
    ...(cost !== undefined && { cost: open(cost) }),
  };
}

/** The models of a run as its results name them. */
async function modelStamps(
  models: NamedModels,
  { upstream, aligner, full, judge, reward, cost }: EvalFlags,
  { configuration: { scorers } }: FoundConfiguration,
): Promise<ModelStamp[]> {
  const stamps: ModelStamp[] = [];
  const add = async (as: ModelStamp['as'], kind: 'upstreams' | 'aligners', name: string | undefined) => {
    if (name === undefined) return;
    const { model } = await models.describe(kind, name);
    const { parameters } = (await (kind === 'aligners'
      ? models.aligner(name)
      : models.upstream(name).then((open) => open.upstream))) as { parameters?: unknown };
    stamps.push({ as, name, model, ...(typeof parameters === 'number' && { parameters }) });
  };
  await add('upstream', 'upstreams', upstream);
  await add('aligner', 'aligners', aligner);
  await add('full', 'upstreams', full);
  await add('judge', 'upstreams', judge);
  for (const [as, name] of [
    ['reward', reward],
    ['cost', cost],
  ] as const)
    if (name !== undefined) stamps.push({ as, name, model: scorers[name]?.model ?? name });
  return stamps;
}

function requireSense({
  task,
  aligner,
  full,
  bestOf,
  selfCritique,
  judge,
  criterion,
  rankBy,
  reward,
}: EvalFlags): void {
  const wrong = (message: string) => new StreamAlignerError('invalid-request', message);
  if (task.length === 0)
    throw wrong('Name at least one task: --task sums, or --task gsm8k=FILE (see --help).');
  if (criterion !== undefined && judge === undefined)
    throw wrong('A criterion is for a judge: name one with --judge.');
  if (rankBy === 'reward' && bestOf !== undefined && reward === undefined)
    throw wrong('Answers are to be ranked by a reward model: name one with --reward.');
  if (aligner === undefined && full === undefined && bestOf === undefined && !selfCritique)
    process.stderr.write(
      'stream-aligner: only the upstream itself is measured; name an aligner with --aligner to see what it changes\n',
    );
}

/** Throws when a run has come to nothing. */
function requireResults({ tasks }: EvalSummary): void {
  if (tasks.some(({ examples }) => examples > 0)) return;
  const [first] = tasks.flatMap(({ faults }) => faults);
  throw new StreamAlignerError(
    'upstream-failed',
    first === undefined
      ? 'Nothing could be measured: there are no examples in what was named.'
      : `Nothing could be measured: every example was left out. The first reason: ${first.at}: ${first.fault}`,
  );
}

function interrupted({ out }: EvalFlags): number {
  process.stderr.write(
    `stream-aligner: Interrupted. What was measured is in ${out}; run the same command again to go on.\n`,
  );
  return EXIT.interrupted;
}
