import type { Noticed } from './break-something.ts';
import { findingKinds } from './judge.ts';
import type { ChaosReport } from './run-all.ts';
import type { ScheduleResult } from './run-schedule.ts';
import type { Schedule } from './schedule.ts';

/** A run as a table for people. */
export function reportTable(report: ChaosReport): string {
  const counts = findingKinds.map((kind) => [kind, `${report[kind]}`] as const);
  const sorted = (histogram: Record<string, number>) =>
    Object.entries(histogram)
      .toSorted(([, one], [, other]) => other - one)
      .map(([name, count]) => [name, `${count}`] as const);
  return [
    `${report.schedules} schedules from seed ${report.seed} in ${(report.ms / 1000).toFixed(1)} s`,
    section('Must be 0', counts),
    section(
      'Outcomes',
      sorted({ ...report.outcomes, 'finished after an upstream failed': report.recovered }),
    ),
    section('Faults that happened, in requests', sorted(report.faults)),
    ...(report.found.length === 0 ? [] : [foundSection(report)]),
  ].join('\n\n');
}

function foundSection({ found, seed }: ChaosReport): string {
  const lines = found
    .slice(0, 20)
    .map(({ schedule, kind, what }) => `  ${kind} in schedule ${schedule}: ${what}`);
  const [first] = found;
  return [
    `Found (one again: npm run chaos -- --seed ${seed} --schedule ${first?.schedule ?? 0}):`,
    ...lines,
    ...(found.length > lines.length ? [`  and ${found.length - lines.length} more`] : []),
  ].join('\n');
}

/** What `--break-something` found, as a table for people. */
export function noticedTable(results: readonly Noticed[]): string {
  const rows = results.map(
    ({ kind, how, noticed, broken }) =>
      [kind, `${noticed ? 'noticed' : 'NOT NOTICED'}: ${how} (${counted(broken)})`] as const,
  );
  return section('Broken on purpose', rows);
}

function counted(counts: Record<string, number>): string {
  const listed = Object.entries(counts).map(([kind, count]) => `${kind} in ${count}`);
  return listed.length === 0 ? 'nothing found' : listed.join(', ');
}

/** Everything about one schedule: what was drawn, every request, the reply, and what was found. */
export function scheduleStory(schedule: Schedule, result: ScheduleResult): string {
  const { observation, reply, findings, servers } = result;
  const requests = servers.all.flatMap((server, index) =>
    server.requests.map(
      ({ state, prefix, text, finish }) =>
        `  server ${index}: ${state}, finish ${finish}, after ${JSON.stringify(prefix.slice(-40))} wrote ${JSON.stringify(text)}`,
    ),
  );
  return [
    JSON.stringify(schedule, null, 2),
    `Faults that happened: ${result.happened.join(', ') || 'none'}`,
    `Requests:\n${requests.join('\n')}`,
    `Reply: ${reply.status} ${reply.contentType}, ${reply.end} after ${Math.round(reply.ms)} ms\n${reply.body}`,
    `Observed: ${JSON.stringify(observation, null, 2)}`,
    `Findings: ${findings.length === 0 ? 'none' : JSON.stringify(findings, null, 2)}`,
  ].join('\n\n');
}

function section(title: string, rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return [title, ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`)].join('\n');
}
