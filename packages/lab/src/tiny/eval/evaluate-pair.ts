import {
  createLocalAligner,
  createLocalUpstream,
  type LocalAligner,
  type LocalUpstream,
} from '@stream-aligner/local';
import type { Score } from '../../worlds/world.ts';
import { type Task, tasksOf, type WorldName, worldNames } from '../../worlds/worlds.ts';
import { answerTask, type TaskAnswers } from './answer-task.ts';
import { mapConcurrently } from '../../eval/concurrently.ts';
import {
  ablate,
  type Ablation,
  complete,
  type ControlRow,
  correctWhole,
  type Each,
  type Steering,
  steeringOf,
} from './controls.ts';
import { evaluateHandWritten, type HandWritten } from './hand-written.ts';
import { createProgress } from '../../eval/progress.ts';
import {
  ALIGNED,
  netWinsOf,
  type Quality,
  qualityOf,
  RAW,
  reportOf,
  strataOf,
  type WorldReport,
} from './report.ts';

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

/** Whole answers of one method against the shipped upstream's raw answers. */
export type MethodReport = Quality & { netWins: ReturnType<typeof netWinsOf> };

export interface WorldEvaluation extends WorldReport {
  strata: ReturnType<typeof strataOf>;
  /** At temperature 0.7, on a quarter of the problems. */
  warm: WorldReport;
  ablations: Record<Ablation, ControlRow>;
  steering: Steering;
  /** Other aligners and upstreams on the same problems, by name. */
  pairs: Record<string, WorldReport>;
  /** The upstream fine-tuned on the tuples, and the whole-answer Aligner, on the same problems. */
  methods: Record<string, MethodReport>;
}

export interface PairReport {
  problems: number;
  seed: number;
  parameters: Record<string, number>;
  worlds: Record<WorldName, WorldEvaluation>;
  handWritten: HandWritten;
}

const ABLATIONS: readonly Ablation[] = ['none', 'empty-draft', 'other-draft', 'no-question'];

/** Measures the pair, its controls, and the experiments that are there. */
export async function evaluatePair(options: PairOptions): Promise<PairReport> {
  const { atOnce, experiments } = options;
  const open = new Map<string, LocalUpstream | LocalAligner>();
  const upstreamAt = (modelPath: string) =>
    opened(open, `upstream ${modelPath}`, () => createLocalUpstream({ modelPath, sequences: atOnce }));
  const alignerAt = (modelPath: string) =>
    opened(open, `aligner ${modelPath}`, () => createLocalAligner({ modelPath, sequences: atOnce }));
  const each: Each = (items, map) => mapConcurrently(items, atOnce, map);
  try {
    const upstream = await upstreamAt(options.upstream);
    const aligner = await alignerAt(options.aligner);
    const run = (tasks: readonly Task[], by: RunOptions) => answerAll(tasks, by, each);
    const evaluateWorld = async (world: WorldName): Promise<WorldEvaluation> => {
      const tasks = [...tasksOf(world, { split: 'test', seed: options.seed, count: options.problems })];
      const some = tasks.slice(0, Math.ceil(tasks.length / 4));
      const answers = await run(tasks, { name: world, upstream, aligner, temperature: 0 });
      const raw = answers.flatMap(({ scores }) => scores[RAW] ?? []);
      const decoding = await upstreamAt(options.aligner);
      const ablations = {} as Record<Ablation, ControlRow>;
      const sampled = answers.slice(0, Math.ceil(answers.length / 2));
      for (const ablation of ABLATIONS)
        ablations[ablation] = await ablate(decoding, { answers: sampled, ablation, each });
      return {
        ...reportOf(answers),
        strata: strataOf(answers),
        warm: reportOf(await run(some, { name: `${world}, warm`, upstream, aligner, temperature: 0.7 })),
        ablations,
        steering: await steeringOf(upstream, { answers, each }),
        pairs: await otherPairs(world, tasks),
        methods: await otherMethods(answers, raw),
      };
    };

    const otherPairs = async (world: WorldName, tasks: readonly Task[]) => {
      const { upstreamSmall, alignerSmall, alignerInvented } = experiments;
      const reports: Record<string, WorldReport> = {};
      const pairs = [
        ['small upstream (never seen in aligner data), aligner', upstreamSmall, options.aligner],
        ['upstream, small aligner', options.upstream, alignerSmall],
        ['small upstream, small aligner', upstreamSmall, alignerSmall],
        ['upstream, aligner trained on invented corruptions only', options.upstream, alignerInvented],
      ] as const;
      for (const [name, one, other] of pairs) {
        if (one === null || other === null) continue;
        const pair = { upstream: await upstreamAt(one), aligner: await alignerAt(other) };
        reports[name] = reportOf(await run(tasks, { name: `${world}: ${name}`, ...pair, temperature: 0 }));
      }
      return reports;
    };

    const otherMethods = async (answers: readonly TaskAnswers[], raw: readonly Score[]) => {
      const reports: Record<string, MethodReport> = {};
      const { upstreamTuned, full } = experiments;
      const add = (name: string, scores: Score[]) => {
        reports[name] = { ...qualityOf(scores), netWins: netWinsOf(raw, scores) };
      };
      add(
        'stream',
        answers.flatMap(({ scores }) => scores[ALIGNED] ?? []),
      );
      if (upstreamTuned !== null) {
        const tuned = await upstreamAt(upstreamTuned);
        const scores = await each(answers, async ({ task }) =>
          task.score(await complete(tuned, task.question)),
        );
        add('the upstream fine-tuned on the same tuples', scores);
      }
      if (full !== null) {
        const model = await upstreamAt(full);
        const scores = await each(answers, async ({ task, raw: answer }) =>
          task.score(await correctWhole(model, { question: task.question, answer })),
        );
        add('full: a whole-answer Aligner of the same size', scores);
      }
      return reports;
    };

    const worlds = {} as Record<WorldName, WorldEvaluation>;
    for (const world of worldNames) worlds[world] = await evaluateWorld(world);
    return {
      problems: options.problems,
      seed: options.seed,
      handWritten: await evaluateHandWritten({ upstream, aligner, each }),
      parameters: parametersOf(options, open),
      worlds,
    };
  } finally {
    for (const model of open.values()) await model.close();
  }
}

interface RunOptions {
  name: string;
  upstream: LocalUpstream;
  aligner: LocalAligner;
  temperature: number;
}

async function answerAll(
  tasks: readonly Task[],
  { name, ...by }: RunOptions,
  each: Each,
): Promise<TaskAnswers[]> {
  const progress = createProgress(name, tasks.length);
  const answers = await each(tasks, async (task, index) => {
    const answer = await answerTask(task, { ...by, seed: index + 1 });
    progress.tick();
    return answer;
  });
  progress.end();
  return answers;
}

async function opened<T extends LocalUpstream | LocalAligner>(
  open: Map<string, LocalUpstream | LocalAligner>,
  key: string,
  load: () => Promise<T>,
): Promise<T> {
  const found = open.get(key);
  if (found) return found as T;
  const loaded = await load();
  open.set(key, loaded);
  return loaded;
}

/** Numbers each model learnt, by what it is. */
function parametersOf(options: PairOptions, open: ReadonlyMap<string, LocalUpstream | LocalAligner>) {
  const { upstream, aligner, experiments } = options;
  const named = Object.entries({ upstream, aligner, ...experiments });
  return Object.fromEntries(
    named.flatMap(([name, file]) => {
      const model = open.get(`upstream ${file}`) ?? open.get(`aligner ${file}`);
      return model ? [[name, model.parameters]] : [];
    }),
  );
}
