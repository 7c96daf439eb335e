import {
  createLocalAligner,
  createLocalUpstream,
  type LocalAligner,
  type LocalUpstream,
} from '@stream-aligner/local';
import { mapConcurrently } from '../../eval/concurrently.ts';
import { createFullMethod } from '../../eval/methods/full.ts';
import { createStreamMethod, type Rounds, type Then } from '../../eval/methods/stream.ts';
import { summariseTask } from '../../eval/summarise.ts';
import type { MethodSummary, TaskSummary } from '../../eval/summary.ts';
import type { EvalTask, Example } from '../../eval/tasks/task.ts';
import { openWorldTask } from '../../eval/tasks/world-task.ts';
import { type WorldName, worldNames } from '../../worlds/worlds.ts';
import { ablate, type Ablation, ABLATIONS, type ControlRow, type Steering, steeringOf } from './controls.ts';
import { evaluateHandWritten, type HandWritten } from './hand-written.ts';
import { createUpstreamMethod, type Each, examplesOf, measureAll, type Measured } from './measured.ts';

/** Model files beside the pair, each measured where it is there. */
export interface Experiments {
  upstreamSmall: string | null;
  alignerSmall: string | null;
  /** Trained on invented corruptions only. */
  alignerInvented: string | null;
  /** The upstream, fine-tuned on the aligner's own tuples. */
  upstreamTuned: string | null;
  /** A whole-answer Aligner of the aligner's size. */
  full: string | null;
}

export interface PairOptions {
  upstream: string;
  aligner: string;
  experiments: Experiments;
  problems: number;
  seed: number;
  atOnce: number;
}

export interface WorldEvaluation {
  /** At temperature 0: every number of rounds, and the other methods whose models are there. */
  cold: TaskSummary;
  /** At 0.7, on a quarter of the problems. */
  warm: TaskSummary;
  /** Other aligners and upstreams on the same problems at temperature 0, raw and fully aligned, by name. */
  pairs: Record<string, MethodSummary[]>;
  ablations: Record<Ablation, ControlRow>;
  steering: Steering;
}

export interface PairReport {
  problems: number;
  seed: number;
  parameters: Record<string, number>;
  worlds: Record<WorldName, WorldEvaluation>;
  handWritten: HandWritten;
}

/** As many as the longest answer has sentences, then `all`. */
const ROUNDS: readonly Rounds[] = [1, 2, 3, 4, 5, 6, 'all'];
const THENS: readonly Then[] = ['continue', 'stop'];

/** Measures the pair, its controls, and the experiments that are there. */
export async function evaluatePair(options: PairOptions): Promise<PairReport> {
  const { atOnce, experiments } = options;
  const models = openModels(atOnce);
  const each: Each = (items, map) => mapConcurrently(items, atOnce, map);
  try {
    const upstream = await models.upstream(options.upstream);
    const aligner = await models.aligner(options.aligner);
    const decoding = await models.upstream(options.aligner);
    const worlds = {} as Record<WorldName, WorldEvaluation>;
    for (const world of worldNames) {
      const task = openWorldTask(world, { seed: options.seed, count: options.problems });
      const examples = await examplesOf(task);
      const run = { upstream, each };
      const stream = createStreamMethod({ aligner, rounds: ROUNDS, thens: THENS });
      const cold = await measureAll(
        { task, examples },
        {
          ...run,
          name: world,
          methods: [stream, ...(await otherMethods(models, experiments))],
          temperature: 0,
        },
      );
      const warm = await measureAll(
        { task, examples: examples.slice(0, Math.ceil(examples.length / 4)) },
        { ...run, name: `${world}, warm`, methods: [stream], temperature: 0.7 },
      );
      const ablations = {} as Record<Ablation, ControlRow>;
      const some = cold.slice(0, Math.ceil(cold.length / 2));
      for (const ablation of ABLATIONS)
        ablations[ablation] = await ablate(decoding, { task, measured: some, each, ablation });
      worlds[world] = {
        cold: summarise(task, cold),
        warm: summarise(task, warm),
        pairs: await otherPairs({ task, examples }, { models, options, each }),
        ablations,
        steering: await steeringOf(upstream, { task, measured: cold, each }),
      };
    }
    return {
      problems: options.problems,
      seed: options.seed,
      parameters: models.parameters({ upstream: options.upstream, aligner: options.aligner, ...experiments }),
      worlds,
      handWritten: await evaluateHandWritten({ upstream, aligner, each }),
    };
  } finally {
    await models.close();
  }
}

const summarise = (task: EvalTask, measured: readonly Measured[]) =>
  summariseTask(
    task,
    measured.map(({ result }) => result),
    [],
  );

async function otherMethods(models: Models, { upstreamTuned, full }: Experiments) {
  return [
    ...(upstreamTuned === null
      ? []
      : [createUpstreamMethod({ model: await models.upstream(upstreamTuned), name: 'upstream-tuned' })]),
    ...(full === null ? [] : [createFullMethod({ model: await models.upstream(full) })]),
  ];
}

async function otherPairs(
  { task, examples }: { task: EvalTask; examples: readonly Example[] },
  { models, options, each }: { models: Models; options: PairOptions; each: Each },
): Promise<Record<string, MethodSummary[]>> {
  const { upstreamSmall, alignerSmall, alignerInvented } = options.experiments;
  const pairs = [
    ['small upstream (never seen in aligner data), aligner', upstreamSmall, options.aligner],
    ['upstream, small aligner', options.upstream, alignerSmall],
    ['small upstream, small aligner', upstreamSmall, alignerSmall],
    ['upstream, aligner trained on invented corruptions only', options.upstream, alignerInvented],
  ] as const;
  const found: Record<string, MethodSummary[]> = {};
  for (const [name, one, other] of pairs) {
    if (one === null || other === null) continue;
    const upstream = await models.upstream(one);
    const aligner = await models.aligner(other);
    const methods = [createStreamMethod({ aligner, rounds: ['all'], thens: ['continue'] })];
    const run = { upstream, methods, temperature: 0, each, name: `${task.name}: ${name}` };
    found[name] = summarise(task, await measureAll({ task, examples }, run)).methods;
  }
  return found;
}

type Models = ReturnType<typeof openModels>;

/** Opens each model file once for each use of it. */
function openModels(sequences: number) {
  const upstreams = new Map<string, Promise<LocalUpstream>>();
  const aligners = new Map<string, Promise<LocalAligner>>();
  const once = <T>(known: Map<string, Promise<T>>, path: string, load: () => Promise<T>) => {
    const found = known.get(path) ?? load();
    known.set(path, found);
    return found;
  };
  const sizes = new Map<string, number>();
  const sized = async <T extends LocalUpstream | LocalAligner>(path: string, loading: Promise<T>) => {
    const model = await loading;
    sizes.set(path, model.parameters);
    return model;
  };
  return {
    upstream: (modelPath: string) =>
      once(upstreams, modelPath, () => sized(modelPath, createLocalUpstream({ modelPath, sequences }))),
    aligner: (modelPath: string) =>
      once(aligners, modelPath, () => sized(modelPath, createLocalAligner({ modelPath, sequences }))),
    /** Numbers each model learnt, of those that were opened. */
    parameters: (files: Readonly<Record<string, string | null>>) =>
      Object.fromEntries(
        Object.entries(files).flatMap(([name, file]) => {
          const size = file === null ? undefined : sizes.get(file);
          return size === undefined ? [] : [[name, size]];
        }),
      ),
    async close() {
      for (const model of await Promise.all([...upstreams.values(), ...aligners.values()]))
        await model.close();
    },
  };
}
