import type { DataStats } from '@stream-aligner/lab';
import type { Paint } from '../terminal/paint.ts';
import { printable } from '../terminal/printable.ts';
import { counted, percent } from './counted.ts';

/** Groups of one kind that are shown; the rest is in `--json`. */
const MOST_GROUPS = 20;

/** Statistics as text for people. */
export function statsTable(stats: DataStats, paint: Paint): string {
  const { rows, keeps, rewrites, questions, answers, duplicates, contradictions } = stats;
  const of = (part: number) => (rows === 0 ? '' : `  ${percent(part / rows)}`);
  const heads: [string, string][] = [
    ['rows', counted(rows)],
    ['keeps', counted(keeps) + of(keeps)],
    ['rewrites', counted(rewrites) + of(rewrites)],
    ['questions', counted(questions)],
    ['answers', answers === 0 ? 'unknown: no row has provenance' : counted(answers)],
    ['duplicates', counted(duplicates) + of(duplicates)],
    ['contradictions', counted(contradictions) + of(contradictions)],
  ];
  return [
    ...overlapLines(stats, paint),
    ...heads.map(([name, value]) => `${name.padEnd(16)}${value}`),
    ...lengthLines(stats, paint),
    ...Object.entries(stats.by).flatMap(([name, groups]) => groupLines(name, groups, paint)),
    '',
  ].join('\n');
}

function overlapLines({ overlaps }: DataStats, paint: Paint): string[] {
  if (overlaps.length === 0) return [];
  const lines = overlaps.map(
    ({ splits, questions }) => `  ${counted(questions)} questions are in both ${splits.join(' and ')}`,
  );
  const heading = 'ERROR: the splits share questions, so what is measured on one was learned from the other.';
  return [paint(['red', 'bold'], heading), ...lines.map((line) => paint('red', line)), ''];
}

function lengthLines({ lengths, changed }: DataStats, paint: Paint): string[] {
  const row = (name: string, cells: readonly string[]) =>
    `${name.padEnd(22)}${cells.map((cell) => cell.padStart(9)).join('')}`;
  const lines = Object.entries(lengths).flatMap(([name, found]) => {
    if (!found) return [];
    const shown = name === 'last' ? 'draft' : name;
    return [row(`${shown}, characters`, [found.median, found.p90, found.max].map(counted))];
  });
  if (changed) lines.push(row('words changed', [changed.median, changed.p90, changed.max].map(percent)));
  return lines.length === 0 ? [] : ['', paint('bold', row('', ['median', '90 %', 'most'])), ...lines];
}

function groupLines(name: string, groups: DataStats['by'][keyof DataStats['by']], paint: Paint): string[] {
  // One group of rows that say nothing tells nothing.
  if (groups.every((group) => group.name === 'unknown' || group.name === 'none')) return [];
  const lines = groups.slice(0, MOST_GROUPS).map((group) => {
    const label = printable(group.name).slice(0, 40).padEnd(42);
    return `${label}${counted(group.rows).padStart(10)}${percent(group.keeps / group.rows).padStart(10)}`;
  });
  const more = groups.length - lines.length;
  if (more > 0) lines.push(paint('dim', `and ${counted(more)} more (--json has all)`));
  const heading = `${name.padEnd(42)}${'rows'.padStart(10)}${'keeps'.padStart(10)}`;
  return ['', paint('bold', heading), ...lines];
}
