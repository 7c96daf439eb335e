import type { Mean } from '../../statistics/bootstrap.ts';
import type { Share } from '../../statistics/wilson.ts';
import type { PairReport, WorldEvaluation } from './evaluate-pair.ts';
import type { Quality, WorldReport } from './report.ts';

/** A share or mean in percent with its interval: "98.6 (97.7–99.2)". */
export function percent({ value, low, high }: Share | Mean): string {
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
    `### Sums told by people\n\n${handWritten.problems} questions: raw ${percent(handWritten.raw)}, aligned ${percent(handWritten.aligned)}. Missed:\n\n${handWritten.missed.map((question) => `- ${question}`).join('\n')}`,
    '',
  ].join('\n\n');
}

function describeWorld(name: string, world: WorldEvaluation): string {
  const { strata, ablations, steering, pairs, methods, warm } = world;
  return [
    `### ${name}: ${world.problems} problems`,
    table(REPORT_HEAD, [
      reportRow('temperature 0', world),
      reportRow('temperature 0.7', warm),
      ...Object.entries(pairs).map(([pair, found]) => reportRow(pair, found)),
    ]),
    table(
      ['rounds', 'then', ...QUALITY_HEAD],
      world.rounds.map((row) => [row.rounds, row.then, ...qualityCells(row)]),
    ),
    table(
      ['method', ...QUALITY_HEAD, 'net wins, helpful', 'net wins, harmless'],
      Object.entries(methods).map(([method, found]) => [
        method,
        ...qualityCells(found),
        percent(found.netWins.helpful),
        percent(found.netWins.harmless),
      ]),
    ),
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
      ['stratum', 'problems', ...REPORT_HEAD.slice(1)],
      Object.entries(strata).map(([stratum, found]) => {
        const [, ...cells] = reportRow(stratum, found);
        return [stratum, found.problems, ...cells];
      }),
    ),
  ].join('\n\n');
}

const QUALITY_HEAD = ['right', 'helpful', 'harmless'] as const;
const qualityCells = ({ right, helpful, harmless }: Quality) => [
  percent(right),
  percent(helpful),
  percent(harmless),
];

const REPORT_HEAD = [
  '',
  'raw right',
  'aligned right',
  'net wins, helpful',
  'net wins, harmless',
  'kept',
  'flawed drafts mended',
  'good drafts changed',
];

function reportRow(name: string, report: Omit<WorldReport, 'rounds'>): Row {
  return [
    name,
    percent(report.raw.right),
    percent(report.aligned.right),
    percent(report.netWins.helpful),
    percent(report.netWins.harmless),
    percent(report.keepRate),
    percent(report.fixRate),
    percent(report.overEditRate),
  ];
}
