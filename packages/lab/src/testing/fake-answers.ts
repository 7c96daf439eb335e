import { hash64, unitOf } from '../data/hash.ts';
import type { ExampleResult, MethodAnswer, RunStamp, SentenceResult } from '../eval/result.ts';
import type { Comparison } from '../judge/pairwise.ts';
import { createRandom, type Random } from '../worlds/random.ts';
import { type Task, tasksOf, type WorldName } from '../worlds/worlds.ts';

export const ROUNDS = [1, 2, 3, 'all'] as const;
export const THENS = ['continue', 'stop'] as const;

/** How good the models of a fake run are. */
export interface FakeModels {
  /** Share of flawed drafts that the aligner mends, and of good ones that it spoils. */
  fixes: number;
  spoils: number;
  /** Share of sentences after a corrected one that the upstream, steered by it, writes well. */
  steered: number;
  /** Share of verdicts that the judge gives to whichever text stands first. */
  judgeBias: number;
}

/** One example of a world with an answer of every method, as a run would write it. */
export function* fakeExamples(
  world: WorldName,
  { run, count, models }: { run: RunStamp; count: number; models: FakeModels },
): Generator<ExampleResult> {
  const random = createRandom(run.seed);
  let row = 0;
  for (const task of tasksOf(world, { split: 'test', seed: 1, count })) {
    const raw = answer('raw', task.taught.join(' '), { task, random });
    const streams = ROUNDS.flatMap((rounds) =>
      THENS.map((then) => {
        const { sentences, text } = aligned(task, { rounds, then, models, random });
        const answered = answer(`stream/${rounds}/${then}`, text, { task, random, raw, models });
        return { ...answered, sentences };
      }),
    );
    const { text } = aligned(task, {
      rounds: 'all',
      then: 'stop',
      models: { ...models, fixes: models.fixes * 0.8 },
      random,
    });
    const full = answer('full', text, { task, random, raw, models });
    const best = random.chance(0.2)
      ? task.taught.map((draft) => task.correct({ prefix: '', draft }) ?? '')
      : [];
    const bestText = best.length === 0 ? raw.text : best.join(' ');
    const bestOf = answer('best-of-4', bestText, { task, random, raw, models });
    const answers = [raw, ...streams, full, bestOf];
    yield {
      at: '2025-11-23T09:00:00.000Z',
      task: world,
      id: `${world}-${row}`,
      question: task.question,
      strata: task.strata,
      run,
      answers,
    };
    row += 1;
  }
}

interface Aligning {
  rounds: number | 'all';
  then: 'continue' | 'stop';
  models: FakeModels;
  random: Random;
}

function aligned(task: Task, { rounds, then, models, random }: Aligning) {
  const sentences: SentenceResult[] = [];
  const texts: string[] = [];
  let isSteered = false;
  for (const [index, taught] of task.taught.entries()) {
    const prefix = texts.join(' ');
    const draft: string =
      isSteered && random.chance(models.steered)
        ? (task.correct({ prefix, draft: taught }) ?? taught)
        : taught;
    if (rounds !== 'all' && index >= rounds) {
      if (then === 'stop') break;
      texts.push(draft);
      continue;
    }
    const best = task.correct({ prefix, draft }) ?? draft;
    const draftGood = best === draft;
    const text = draftGood
      ? random.chance(models.spoils)
        ? draft.replace(/\b\w+(?=\.$)/, 'it')
        : draft
      : random.chance(models.fixes)
        ? best
        : draft;
    isSteered ||= text !== draft;
    texts.push(text);
    sentences.push({ lead: index === 0 ? '' : ' ', draft, text, draftGood, textGood: text === best });
  }
  return { sentences, text: texts.join(' ') };
}

interface Answering {
  task: Task;
  random: Random;
  raw?: MethodAnswer;
  models?: FakeModels;
}

function answer(method: string, text: string, { task, random, raw, models }: Answering): MethodAnswer {
  const score = task.score(text);
  const metrics = {
    right: Number(score.right),
    helpful: score.helpful,
    harmless: Number(score.harmful === 0),
    'harm points': score.harmful,
    reward: 2 * score.helpful - 1.5 * score.harmful + Number(score.right) + noise(text),
  };
  const words = text.split(' ').length;
  const rounds = /^stream\/(\w+)/.exec(method)?.[1];
  const judged = rounds === 'all' ? 6 : Number(rounds ?? 0);
  const slow = raw === undefined ? 0 : rounds === undefined ? 260 : 18;
  const cost = {
    firstTextMs: 90 + slow + random.int(0, 40),
    totalMs: words * 11 + judged * 14 + slow * 2 + random.int(0, 120),
    keptTokens: Math.round(words * 1.3),
    discardedTokens: raw === undefined ? 0 : random.int(0, 9 + judged),
    alignerTokens: raw === undefined ? 0 : Math.round(words * (rounds === undefined ? 2.4 : 0.6 * judged)),
    ...(rounds !== undefined && rounds !== 'all' ? { shared: random.chance(0.7) } : {}),
  };
  const edited = raw === undefined ? 0 : raw.text === text ? 0 : Math.min(1, 0.05 + random.int(0, 30) / 100);
  const comparisons =
    raw && models
      ? { comparisons: { helpful: compared(metrics.reward - (raw.metrics['reward'] ?? 0), models, random) } }
      : {};
  return { method, text, metrics, cost, edited, ...comparisons };
}

function compared(gap: number, { judgeBias }: FakeModels, random: Random): Comparison {
  if (random.chance(0.02)) return { score: null, choices: ['first', null] };
  if (random.chance(judgeBias)) return { score: 0.5, choices: ['first', 'first'] };
  if (Math.abs(gap) < 0.5) return { score: 0.5, choices: ['tie', 'tie'] };
  return gap > 0 ? { score: 1, choices: ['first', 'second'] } : { score: 0, choices: ['second', 'first'] };
}

/** What a reward model makes of the wording: the same for the same text. */
const noise = (text: string) => unitOf(hash64('one', text)) + unitOf(hash64('other', text)) - 1;
