import { parseArgs } from 'node:util';
import { breakSomething } from './break-something.ts';
import { findingKinds } from './judge.ts';
import { createProgress } from './progress.ts';
import { noticedTable, reportTable, scheduleStory } from './report.ts';
import { runChaos } from './run-all.ts';
import { runSchedule } from './run-schedule.ts';
import { drawSchedule } from './schedule.ts';

const HELP = `Seeded fault schedules on the real HTTP stack: scripted servers, the gateway before them, a bare client.

  npm run chaos -- [--schedules 200] [--seed 1] [--json]     many schedules; exits with 1 if anything was found
  npm run chaos -- --schedule N [--seed 1]                   one of them again, with everything that happened
  npm run chaos -- --break-something [--seed 1] [--json]     gateways broken on purpose; exits with 1 if one goes unnoticed

Counted, in schedules: text that no accepted correction brought (leaked), text left out (lost) or sent again (doubled),
failed answers that look finished (falseFinishes), requests, connections, timers or listeners left behind
(leakedHandles), answers that did not end in time (overtime). A schedule is decided by the seed and its number.

  --concurrency N    schedules at once (default 40)
`;

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    schedule: { type: 'string' },
    concurrency: { type: 'string', default: '40' },
    'break-something': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);

if (values.help) print(HELP);
else if (values['break-something']) await showBreakages();
else if (values.schedule !== undefined) await showSchedule(Number(values.schedule));
else await showMany(Number(values.schedules));

async function showMany(schedules: number): Promise<void> {
  const progress = createProgress(schedules);
  const report = await runChaos({
    schedules,
    seed,
    concurrency: Number(values.concurrency),
    onResult: ({ findings }) => progress.tick(findings.length > 0),
  });
  progress.end();
  print(values.json ? JSON.stringify(report) : reportTable(report));
  if (findingKinds.some((kind) => report[kind] > 0)) process.exitCode = 1;
}

async function showSchedule(number: number): Promise<void> {
  const schedule = drawSchedule(seed, number);
  const result = await runSchedule(schedule, { trace: true });
  print(scheduleStory(schedule, result));
  if (result.findings.length > 0) process.exitCode = 1;
}

async function showBreakages(): Promise<void> {
  const results = await breakSomething({ seed });
  print(values.json ? JSON.stringify(results) : noticedTable(results));
  if (!results.every(({ noticed }) => noticed)) process.exitCode = 1;
}

function print(text: string): void {
  process.stdout.write(`${text.trimEnd()}\n`);
}
