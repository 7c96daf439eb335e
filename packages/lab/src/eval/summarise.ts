import { reportComparisons } from '../judge/comparison-report.ts';
import { agreementWithChecker } from '../judge/judge-and-checker.ts';
import { type Mean, meanOf, netWinRate } from '../statistics/bootstrap.ts';
import { mcNemar } from '../statistics/mc-nemar.ts';
import { medianOf } from '../statistics/median.ts';
import { shareOf } from '../statistics/wilson.ts';
import type { AnswerCost, ExampleResult, MethodAnswer } from './result.ts';
import type { RunFailure } from './run/run-state.ts';
import type {
  CostSummary,
  Interval,
  JudgedSummary,
  MethodSummary,
  PairedSummary,
  TaskSummary,
} from './summary.ts';
import type { Metric } from './tasks/task.ts';

/** What is compared in the strata, beside `raw`: the methods that go as far as they can. */
const WHOLE = ['stream/all/continue', 'full', 'self-critique'];

/** What of a result is summarised. */
type Result = Omit<ExampleResult, 'run' | 'at'>;

/** Everything that the results of one task show. Their order does not matter. */
export function summariseTask(
  { name, metrics }: { name: string; metrics: readonly Metric[] },
  results: readonly Result[],
  failures: readonly RunFailure[],
): TaskSummary {
  const own = results
    .filter(({ task }) => task === name)
    .toSorted((one, other) => (one.id < other.id ? -1 : one.id > other.id ? 1 : 0));
  const answered = new Set(own.map(({ id }) => id));
  const methods = [...new Set(own.flatMap(({ answers }) => answers.map(({ method }) => method)))];
  const strata = [...new Set(own.flatMap((result) => result.strata))].sort();
  const compared = methods.filter((method) => method === 'raw' || isWhole(method));
  return {
    task: name,
    metrics,
    examples: own.length,
    faults: failures
      .filter(({ task, id }) => task === name && !(id !== undefined && answered.has(id)))
      .map(({ at, reason }) => ({ at, fault: reason })),
    methods: methods.map((method) => ({
      ...summariseMethod(method, own, metrics),
      ...scoresOf(metrics, method, own),
    })),
    strata: Object.fromEntries(
      strata.map((stratum) => {
        const those = own.filter((result) => result.strata.includes(stratum));
        return [stratum, compared.map((method) => summariseMethod(method, those, metrics))];
      }),
    ),
  };
}

const isWhole = (method: string) => WHOLE.includes(method) || method.startsWith('best-of-');

/** A method's answer to an example beside the raw one. */
interface Pair {
  raw: MethodAnswer;
  answer: MethodAnswer;
}

function summariseMethod(
  method: string,
  results: readonly Result[],
  metrics: readonly Metric[],
): MethodSummary {
  const pairs = results.flatMap(({ answers }): Pair[] => {
    const raw = answers.find((answer) => answer.method === 'raw');
    const answer = answers.find((each) => each.method === method);
    return raw && answer ? [{ raw, answer }] : [];
  });
  const answers = pairs.map(({ answer }) => answer);
  const judged = judgedBy(pairs, metrics);
  const sentences = sentencesOf(answers);
  return {
    method,
    answers: answers.length,
    failed: answers.filter(({ failed }) => failed !== undefined).length,
    metrics: byMetric(metrics, (metric) => valueOf(metric, answers)),
    unscored: byMetric(
      metrics,
      ({ name }) => answers.filter((answer) => answer.metrics[name] === null).length,
    ),
    ...(method !== 'raw' && { againstRaw: byMetric(metrics, (metric) => pairedOf(metric, pairs)) }),
    ...(judged && { judged }),
    cost: costOf(pairs),
    ...(sentences && { sentences }),
    edited: meanOf(answers.map(({ edited }) => edited)),
  };
}

function byMetric<T>(metrics: readonly Metric[], of: (metric: Metric) => T): Record<string, T> {
  return Object.fromEntries(metrics.map((metric) => [metric.name, of(metric)]));
}

const has = (value: number | null | undefined): value is number => value !== null && value !== undefined;

function valueOf({ name, kind }: Metric, answers: readonly MethodAnswer[]): Interval {
  const values = answers.map(({ metrics }) => metrics[name]).filter(has);
  if (kind !== 'share') return meanOf(values);
  return shareOf(values.filter((value) => value === 1).length, values.length);
}

function pairedOf({ name, kind, better }: Metric, pairs: readonly Pair[]): PairedSummary {
  const both = pairs.flatMap(({ raw, answer }) => {
    const [before, after] = [raw.metrics[name], answer.metrics[name]];
    return has(before) && has(after) ? [{ before, after }] : [];
  });
  const sign = better === 'higher' ? 1 : -1;
  return {
    difference: meanOf(both.map(({ before, after }) => after - before)),
    netWinRate: netWinRate(both.map(({ before, after }) => ({ before: sign * before, after: sign * after }))),
    ...(kind === 'share' && {
      mcNemar: mcNemar(
        both.map(({ before, after }) => ({
          before: sign * before > sign / 2,
          after: sign * after > sign / 2,
        })),
      ),
    }),
  };
}

function judgedBy(pairs: readonly Pair[], metrics: readonly Metric[]): MethodSummary['judged'] {
  const criteria = [...new Set(pairs.flatMap(({ answer }) => Object.keys(answer.comparisons ?? {})))];
  if (criteria.length === 0) return undefined;
  return Object.fromEntries(criteria.map((criterion) => [criterion, judgedOn(criterion, pairs, metrics)]));
}

function judgedOn(criterion: string, pairs: readonly Pair[], metrics: readonly Metric[]): JudgedSummary {
  const compared = pairs.flatMap(({ raw, answer }) => {
    const comparison = answer.comparisons?.[criterion];
    return comparison ? [{ comparison, one: answer.metrics[criterion], other: raw.metrics[criterion] }] : [];
  });
  const metric = metrics.find(({ name }) => name === criterion);
  const checked = compared.flatMap(({ comparison, one, other }) =>
    has(one) && has(other) ? [{ comparison, one, other }] : [],
  );
  return {
    ...reportComparisons(compared.map(({ comparison }) => comparison)),
    ...(metric && { agreement: agreementWithChecker(checked, metric) }),
  };
}

/** The scores behind a distribution; of a stratum none is drawn. */
function scoresOf(
  metrics: readonly Metric[],
  method: string,
  results: readonly Result[],
): Pick<MethodSummary, 'scores'> {
  const scores = metrics.filter(({ kind }) => kind === 'score');
  if (scores.length === 0) return {};
  const answers = results.flatMap((result) => result.answers.filter((answer) => answer.method === method));
  return { scores: byMetric(scores, ({ name }) => answers.map((answer) => answer.metrics[name] ?? null)) };
}

function costOf(pairs: readonly Pair[]): CostSummary {
  const median = (of: (pair: Pair) => number | null) => medianOf(pairs.map(of).filter(has));
  const mean = (of: (cost: AnswerCost) => number): Mean => meanOf(pairs.map(({ answer }) => of(answer.cost)));
  const added = (of: (cost: AnswerCost) => number | null) =>
    median(({ raw, answer }) => {
      const [before, after] = [of(raw.cost), of(answer.cost)];
      return has(before) && has(after) ? after - before : null;
    });
  return {
    firstTextMs: median(({ answer }) => answer.cost.firstTextMs),
    addedFirstTextMs: added(({ firstTextMs }) => firstTextMs),
    totalMs: median(({ answer }) => answer.cost.totalMs),
    addedTotalMs: added(({ totalMs }) => totalMs),
    keptTokens: mean(({ keptTokens }) => keptTokens),
    discardedTokens: mean(({ discardedTokens }) => discardedTokens),
    alignerTokens: mean(({ alignerTokens }) => alignerTokens),
    shared: shareOf(pairs.filter(({ answer }) => answer.cost.shared).length, pairs.length),
  };
}

function sentencesOf(answers: readonly MethodAnswer[]): MethodSummary['sentences'] {
  if (answers.every(({ sentences }) => sentences === undefined)) return undefined;
  const all = answers.flatMap(({ sentences = [] }) => sentences);
  const share = (part: typeof all, whole: typeof all) => shareOf(part.length, whole.length);
  const good = all.filter(({ draftGood }) => draftGood === true);
  const flawed = all.filter(({ draftGood }) => draftGood === false);
  const checked = [...good, ...flawed];
  return {
    keepRate: share(
      all.filter(({ draft, text }) => draft === text),
      all,
    ),
    goodDrafts: share(good, checked),
    fixRate: share(
      flawed.filter(({ textGood }) => textGood),
      flawed,
    ),
    overEditRate: share(
      good.filter(({ draft, text }) => draft !== text),
      good,
    ),
  };
}
