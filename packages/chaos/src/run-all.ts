import { drawSchedule, type Schedule } from './schedule.ts';
import { type FindingKind, findingKinds } from './judge.ts';
import { holds, type RunOptions, runSchedule, type ScheduleResult } from './run-schedule.ts';

export interface ChaosOptions extends RunOptions {
  schedules: number;
  seed: number;
  /** The number of the first schedule. Default 0. */
  first?: number;
  /** Schedules at once. Default 40. */
  concurrency?: number;
  /** Changes what was drawn. Default: nothing. */
  adjust?: (schedule: Schedule) => Schedule;
  /** Called as each schedule is over. */
  onResult?: (result: ScheduleResult) => void;
}

/** How many schedules showed each kind of fault, and what happened in them. */
export interface ChaosReport extends Record<FindingKind, number> {
  schedules: number;
  seed: number;
  ms: number;
  outcomes: Record<string, number>;
  /** Finished answers of which an upstream failed on the way. */
  recovered: number;
  faults: Record<string, number>;
  /** Schedules with findings, to be run again by number. */
  found: { schedule: number; kind: FindingKind; what: string }[];
}

/** Schedules between two looks at what the process holds. */
const BATCH = 250;
const SETTLE_MS = 10_000;

/** Runs many schedules, some at once, and counts what was found. */
export async function runChaos({
  schedules,
  seed,
  first = 0,
  concurrency = 40,
  adjust = (schedule) => schedule,
  onResult = () => {},
  ...options
}: ChaosOptions): Promise<ChaosReport> {
  const began = performance.now();
  const report: ChaosReport = {
    schedules,
    ...(Object.fromEntries(findingKinds.map((kind) => [kind, 0])) as Record<FindingKind, number>),
    seed,
    ms: 0,
    outcomes: {},
    recovered: 0,
    faults: {},
    found: [],
  };
  const warnings: string[] = [];
  const onWarning = ({ name, message }: Error) => warnings.push(`${name}: ${message}`);
  process.on('warning', onWarning);

  const run = (number: number) => runSchedule(adjust(drawSchedule(seed, number)), options);
  const before = handles();
  for (let from = 0; from < schedules; from += BATCH) {
    const last = Math.min(from + BATCH, schedules);
    const numbers = Array.from({ length: last - from }, (_, index) => first + from + index).values();
    const work = async () => {
      for (const number of numbers) count(await run(number));
    };
    await Promise.all(Array.from({ length: concurrency }, work));
    if (!(await holds(() => handles().length <= before.length, performance.now() + SETTLE_MS)))
      note(
        'leakedHandles',
        first + last - 1,
        `the process holds ${handles().join(', ')}; before: ${before.join(', ')}`,
      );
    for (const warning of warnings.splice(0)) note('leakedHandles', first + last - 1, warning);
  }
  process.off('warning', onWarning);
  return { ...report, ms: Math.round(performance.now() - began) };

  function note(kind: FindingKind, schedule: number, what: string): void {
    report[kind] += 1;
    report.found.push({ schedule, kind, what });
  }

  function count(result: ScheduleResult): void {
    const { observation, findings, happened, number } = result;
    add(report.outcomes, observation.outcome);
    if (observation.outcome === 'finished' && happened.some((what) => what.startsWith('upstream')))
      report.recovered += 1;
    for (const behaviour of happened) add(report.faults, behaviour.replaceAll(/(?<!first)@\d+/g, ''));
    // A schedule counts once for each kind, however often it shows.
    for (const kind of new Set(findings.map((finding) => finding.kind))) {
      const what = findings.filter((finding) => finding.kind === kind).map((finding) => finding.what);
      note(kind, number, what.join('; '));
    }
    onResult(result);
  }
}

function add(histogram: Record<string, number>, key: string): void {
  histogram[key] = (histogram[key] ?? 0) + 1;
}

function handles(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => kind !== 'Immediate');
}
