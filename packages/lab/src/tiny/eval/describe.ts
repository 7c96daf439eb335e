import { streamName } from '../../eval/methods/stream.ts';
import type { Interval, MethodSummary } from '../../eval/summary.ts';
import type { PairReport, WorldEvaluation } from './evaluate-pair.ts';

/** A share or mean in percent with its interval: "98.6 (97.7–99.2)". */
export function percent(interval: Interval | undefined): string {
  if (interval === undefined) return '–';
  const { value, low, high } = interval;
  if (value === null || low === null || high === null) return '–';
  const [middle, from, to] = [value, low, high].map((each) => (100 * each).toFixed(1));
  return `${middle} (${from}–${to})`;
}

type Row = readonly (string | number)[];

/** A Markdown table, so that it can stand in a model card as it is. */
function table(head: Row, rows: readonly Row[]): string {
  const line = (cells: Row) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '--:'))), ...rows.map(line)].join(
    '\n',
  );
}

/** A report for people, in Markdown. Percent, with 95 % intervals. */
export function describeReport(report: PairReport): string {
  const sizes = Object.entries(report.parameters).map(([name, count]) => [name, count.toLocaleString('en')]);
  const { handWritten } = report;
  return [
    table(['model', 'parameters'], sizes),
    ...Object.entries(report.worlds).map(([name, world]) => describeWorld(name, world)),
    `### Sums written by hand\n\n${handWritten.problems} questions: raw ${percent(handWritten.raw)}, aligned ${percent(handWritten.aligned)}. Missed:\n\n${handWritten.missed.map((question) => `- ${question}`).join('\n')}`,
    '',
  ].join('\n\n');
}

const ALL = streamName('all', 'continue');
const find = (methods: readonly MethodSummary[], name: string) =>
  methods.find(({ method }) => method === name);

function describeWorld(name: string, { cold, warm, pairs, ablations, steering }: WorldEvaluation): string {
  const rounds = cold.methods.filter(({ method }) => method === 'raw' || method.startsWith('stream/'));
  const others = cold.methods.filter((method) => !rounds.includes(method));
  const whole = find(cold.methods, ALL);
  const metrics = cold.metrics.filter(({ kind }) => kind !== 'score').map((metric) => metric.name);
  // Wins in what is right or wrong are the difference itself.
  const won = metrics.filter((metric) => metric !== 'right');
  const quality = (method: MethodSummary) => metrics.map((metric) => percent(method.metrics[metric]));
  const pair = (title: string, methods: readonly MethodSummary[]) => pairRow(title, methods, won);
  return [
    `### ${name}: ${cold.examples} problems`,
    table(pairHead('', won), [
      pair('temperature 0', cold.methods),
      pair('temperature 0.7', warm.methods),
      ...Object.entries(pairs).map(([title, methods]) => pair(title, methods)),
    ]),
    table(
      ['rounds and then', ...metrics, 'right: gained, lost'],
      rounds.map((method) => [method.method, ...quality(method), changes(method)]),
    ),
    ...(others.length === 0
      ? []
      : [
          table(
            ['method', ...metrics, ...netWinHead(won), 'right: gained, lost'],
            [...(whole ? [whole] : []), ...others].map((method) => [
              method.method,
              ...quality(method),
              ...netWins(method, won),
              changes(method),
            ]),
          ),
        ]),
    table(
      ['the aligner is asked', 'flawed drafts made good', 'good drafts answered well'],
      Object.entries(ablations).map(([ablation, row]) => [
        ablation,
        percent(row.flawedMended),
        percent(row.goodStaysGood),
      ]),
    ),
    `The upstream's next sentence is good after a correction: ${percent(steering.afterCorrection)}; after its own flawed draft: ${percent(steering.afterOwnDraft)}.`,
    table(
      ['stratum', 'problems', ...pairHead('', won).slice(1)],
      Object.entries(cold.strata).map(([stratum, methods]) => [
        stratum,
        methods[0]?.answers ?? 0,
        ...pair(stratum, methods).slice(1),
      ]),
    ),
  ].join('\n\n');
}

const netWinHead = (won: readonly string[]) => won.map((metric) => `net wins, ${metric}`);
const netWins = (method: MethodSummary | undefined, won: readonly string[]) =>
  won.map((metric) => percent(method?.againstRaw?.[metric]?.netWinRate));

function changes({ againstRaw }: MethodSummary): string {
  const test = againstRaw?.['right']?.mcNemar;
  return test ? `${test.gained}, ${test.lost}` : '–';
}

const pairHead = (title: string, won: readonly string[]) => [
  title,
  'raw right',
  'aligned right',
  ...netWinHead(won),
  'failed',
  'good drafts',
  'kept',
  'flawed drafts mended',
  'good drafts changed',
];

/** A pair of models, fully aligned beside raw. */
function pairRow(name: string, methods: readonly MethodSummary[], won: readonly string[]): Row {
  const whole = find(methods, ALL);
  const { goodDrafts, keepRate, fixRate, overEditRate } = whole?.sentences ?? {};
  return [
    name,
    percent(find(methods, 'raw')?.metrics['right']),
    percent(whole?.metrics['right']),
    ...netWins(whole, won),
    whole?.failed ?? 0,
    ...[goodDrafts, keepRate, fixRate, overEditRate].map(percent),
  ];
}
