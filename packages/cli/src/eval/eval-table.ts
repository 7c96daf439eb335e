import { join } from 'node:path';
import type { EvalSummary, Interval, MethodSummary, TaskSummary } from '@stream-aligner/lab';
import type { Paint } from '../terminal/paint.ts';
import { printable } from '../terminal/printable.ts';

/** A run as text for people; everything else is in summary.json and in the report. */
export function evalTable({ tasks }: EvalSummary, out: string, paint: Paint): string {
  return [
    ...tasks.flatMap((task) => taskLines(task, paint)),
    `Everything is in ${printable(out)}; "stream-aligner eval report ${printable(out)} --out ${printable(join(out, 'report'))}" draws it.`,
    '',
  ].join('\n');
}

function taskLines({ task, examples, metrics, methods, faults }: TaskSummary, paint: Paint): string[] {
  const judged = Object.keys(methods.find((method) => method.judged)?.judged ?? {});
  const columns: [name: string, cell: (method: MethodSummary) => string][] = [
    ...metrics.map(({ name, kind }): (typeof columns)[number] => [
      name,
      ({ metrics: values }) => interval(values[name], kind === 'score' ? plain : percent),
    ]),
    ...judged.map((criterion): (typeof columns)[number] => [
      `judged ${criterion}`,
      (method) => interval(method.judged?.[criterion]?.netWinRate, percent),
    ]),
    [
      'added to first sentence',
      ({ cost }) => (cost.addedFirstTextMs.value === null ? '' : `${plain(cost.addedFirstTextMs.value)} ms`),
    ],
  ];
  const rows = [
    ['', ...columns.map(([name]) => name)],
    ...methods.map((method) => [method.method, ...columns.map(([, cell]) => cell(method))]),
  ];
  const widths = rows[0]?.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const heading = `${task}: ${examples.toLocaleString('en')} examples, with 95 % intervals`;
  return [
    paint('bold', heading),
    ...lines,
    ...(faults.length === 0
      ? []
      : [
          paint(
            'yellow',
            `${faults.length === 1 ? '1 row was' : `${faults.length} rows were`} left out; the first: ${printable(`${faults[0]?.at}: ${faults[0]?.fault}`)}`,
          ),
        ]),
    '',
  ];
}

const percent = (value: number) => (100 * value).toFixed(1);
const plain = (value: number) => value.toFixed(Math.abs(value) < 10 ? 2 : 0);

function interval(value: Interval | undefined, shown: (value: number) => string): string {
  if (value === undefined || value.value === null || value.low === null || value.high === null) return '–';
  return `${shown(value.value)} (${shown(value.low)} to ${shown(value.high)})`;
}
