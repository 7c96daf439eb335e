import { StreamAlignerError } from '@stream-aligner/core';
import {
  buildAnswers,
  type BuildOptions,
  createPairwiseJudge,
  describeBuild,
  finishData,
  hash64,
  FILES,
  joinSources,
  judgeRewrites,
  type JudgingTally,
  openFileSource,
  openWorldSource,
  type Plan,
  type PromptSource,
  type Tally,
} from '@stream-aligner/lab';
import type { BuildFlags } from './build-flags.ts';
import { EXIT } from '../exit-codes.ts';
import { findConfiguration } from '../find-configuration.ts';
import { withProgress } from '../terminal/progress.ts';
import { stopOnInterrupt } from '../terminal/stop-on-interrupt.ts';
import { CHECKER, describeAnnotator, openAnswering } from './answering.ts';
import { createBuildProgress } from './build-progress.ts';
import { type BuildSummary, summaryText } from './build-summary.ts';
import { createCost } from './cost.ts';
import { type NamedModels, openNamedModels } from './models.ts';
import { openQueue } from './open-queue.ts';
import { runFromTraces } from './run-from-traces.ts';

/** Runs `data build`. Gives the exit code. */
export async function runBuild(prompts: readonly string[], flags: BuildFlags): Promise<number> {
  if (flags.fromTraces !== undefined)
    return report(flags, await runFromTraces(flags.fromTraces, { prompts, flags }));
  requireSense(prompts, flags);
  const models = openNamedModels(
    await findConfiguration(flags.config, { serves: false }),
    concurrencyOf(flags),
  );
  const stopping = stopOnInterrupt();
  const began = performance.now();
  try {
    const { signal } = stopping;
    const built = flags.finishOnly ? null : await buildAll(prompts, flags, { models, signal });
    if (built) requireAnswers(built.tally, signal);
    const judged = signal.aborted ? null : await judgeAll(flags, { models, signal });
    if (signal.aborted) return interrupted(flags);
    const finished = await withProgress('Writing the files', finishData(flags));
    return report(flags, { ...built, judged, finished, seconds: (performance.now() - began) / 1000 });
  } finally {
    stopping.forget();
    await models.close();
  }
}

interface Running {
  models: NamedModels;
  signal: AbortSignal;
}

async function buildAll(
  prompts: readonly string[],
  flags: BuildFlags,
  { models, signal }: Running,
): Promise<{ tally: Tally; cost: number | null }> {
  const {
    annotator: name = CHECKER,
    upstream: upstreamNames = [models.onlyUpstream()],
    temperature: temperatures,
  } = flags;
  const { out, world, seed, maxTokens, limit, retryFailures, giveUpAfter, queue } = flags;
  const sources = await withProgress('Reading the prompts', openSources(prompts, flags));
  const plan: Plan = {
    upstreams: upstreamNames,
    prefixes: flags.prefixes === 'both' ? ['corrected', 'own'] : [flags.prefixes],
    samples: flags.samples ?? temperatures.length,
    temperatures,
    seed,
  };
  const upstreams = await Promise.all(
    upstreamNames.map((upstream) => models.describe('upstreams', upstream)),
  );
  const annotator = await describeAnnotator(models, name);
  const manifest = describeBuild({ sources, plan, maxTokens, upstreams, annotator });
  const answering = { upstreams, annotator, maxTokens, ...(world !== undefined && { world }) };
  const costOf = createCost(models, {
    upstreams: upstreamNames,
    annotator: name === CHECKER ? null : name,
  });
  const progress = createBuildProgress({ costOf });
  let answers: Answers | undefined;
  try {
    answers =
      queue === undefined
        ? { run: await openAnswering(models, answering) }
        : await openQueue({ url: queue, out, needs: answering, progress });
    const tally = await buildAnswers({
      ...answers,
      out,
      manifest,
      prompts: joinSources(sources),
      plan,
      concurrency: concurrencyOf(flags),
      signal,
      onProgress: progress.note,
      ...(limit !== undefined && { limit }),
      ...(giveUpAfter !== undefined && { giveUpAfter }),
      ...(retryFailures !== undefined && { retryFailures }),
    });
    return { tally, cost: costOf(tally) };
  } finally {
    await answers?.close?.();
    progress.end();
  }
}

/** Who makes the answers of a build: this process, or the workers of a queue. */
type Answers = Pick<BuildOptions, 'run' | 'onKept'> & { close?(): Promise<void> };

/** Answers at once. Those that wait in a queue cost nothing, and workers must not wait for the next. */
const concurrencyOf = ({ concurrency, queue }: BuildFlags) => concurrency ?? (queue === undefined ? 32 : 256);

async function openSources(prompts: readonly string[], flags: BuildFlags): Promise<PromptSource[]> {
  const {
    field,
    world,
    worldSplit,
    worldCount,
    worldSeed = flags.seed,
    worldInvented,
    worldSeenOnly,
  } = flags;
  if (world !== undefined)
    return [
      openWorldSource(world, {
        split: worldSplit,
        seed: worldSeed,
        count: worldCount,
        ...(worldInvented !== undefined && { invented: worldInvented }),
        ...(worldSeenOnly !== undefined && { seenOnly: worldSeenOnly }),
      }),
    ];
  const sources: PromptSource[] = [];
  for (const path of prompts) sources.push(await openFileSource(path, field === undefined ? {} : { field }));
  return sources;
}

async function judgeAll(flags: BuildFlags, { models, signal }: Running): Promise<JudgingTally | null> {
  const { out, judge: name, criterion, improvement, giveUpAfter } = flags;
  if (improvement !== 'judged' || name === undefined) return null;
  const { upstream } = await models.upstream(name);
  const judge = createPairwiseJudge({ model: upstream, ...(criterion !== undefined && { criterion }) });
  const judging = judgeRewrites({
    out,
    judge,
    name: criterion === undefined ? name : `${name}, by ${hash64(criterion)}`,
    concurrency: concurrencyOf(flags),
    signal,
    ...(giveUpAfter !== undefined && { giveUpAfter }),
  });
  return withProgress('Judging the rewrites', judging);
}

function requireSense(prompts: readonly string[], flags: BuildFlags): void {
  const { world, annotator, samples, temperature, finishOnly, improvement, judge, criterion } = flags;
  const wrong = (message: string) => new StreamAlignerError('invalid-request', message);
  if (judge !== undefined && improvement !== 'judged')
    throw wrong('A judge is only asked with --improvement judged.');
  if (criterion !== undefined && judge === undefined)
    throw wrong('A criterion is for a judge: name one with --judge.');
  if (finishOnly) return;
  if (prompts.length === 0 && world === undefined)
    throw wrong(
      'There are no prompts. Name a file of them, a world with --world, or traces with --from-traces.',
    );
  if (prompts.length > 0 && world !== undefined)
    throw wrong('Prompts come from files or from a world, not from both. Leave one of them out.');
  if (world === undefined && (annotator === undefined || annotator === CHECKER))
    throw wrong(
      'Name who corrects with --annotator: an entry under aligners. (A checker knows only the answers of a world.)',
    );
  if (samples !== undefined && samples < temperature.length)
    throw wrong(
      `${samples} samples cannot have ${temperature.length} temperatures. Raise --samples, or leave it out.`,
    );
}

/** Throws when a build has come to nothing. */
function requireAnswers({ answers, failed, unreadable }: Tally, { aborted }: AbortSignal): void {
  if (answers > 0 || aborted) return;
  if (failed + unreadable === 0)
    throw new StreamAlignerError('invalid-request', 'There are no prompts in what was named.');
  throw new StreamAlignerError(
    'upstream-failed',
    `No answer could be made: ${failed} failed, and ${unreadable} rows could not be read. ${FILES.failures} says why.`,
  );
}

function interrupted({ out }: BuildFlags): number {
  process.stderr.write(
    `stream-aligner: Interrupted. What was answered is in ${out}; run the same command again to go on.\n`,
  );
  return EXIT.interrupted;
}

function report({ json }: BuildFlags, summary: BuildSummary): number {
  process.stdout.write(json ? `${JSON.stringify(summary, null, 2)}\n` : summaryText(summary));
  return EXIT.ok;
}
