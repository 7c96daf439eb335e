import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const HELP = `Reproduces the paper's figures 3, 4 and 5 with the tiny models, by the commands that every user has:
"eval run" for each pair of an upstream and an aligner on both worlds, then "eval report" over all of them.

  npm run reproduce -- [--count 300] [--models DIR] [--out DIR] [--results DIR] [--fresh]

About a quarter of an hour on two CPU cores. Interrupted, it goes on where it was when the command is run again.
  --count N      problems of each world for each pair (default 300)
  --models DIR   tiny-upstream.gguf and tiny-aligner.gguf, and in DIR/experiments the others: upstream-small.gguf,
                 aligner-small.gguf, full.gguf ("tiny:rebuild --all" makes them); what is not there is left out
  --out DIR      runs and report (default .cache/reproduce)
  --results DIR  where summaries and figures are copied to (default results)
  --fresh        forget an earlier run
`;

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '300' },
    models: { type: 'string', default: 'models' },
    out: { type: 'string', default: '.cache/reproduce' },
    results: { type: 'string', default: 'results' },
    fresh: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const CLI = path.resolve(import.meta.dirname, '../../../cli/bin/stream-aligner.js');
const running = new Set<ChildProcess>();

if (values.help) process.stdout.write(HELP);
else {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      for (const child of running) child.kill(signal);
    });
  try {
    await reproduce();
  } catch (error) {
    process.stderr.write(`reproduce: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

async function reproduce(): Promise<void> {
  // Relative, since results carry the command that made them.
  const { out } = values;
  if (values.fresh) rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const config = path.join(out, 'models.yaml');
  const models = {
    upstream: found('tiny-upstream.gguf'),
    'upstream-small': found('experiments/upstream-small.gguf'),
    aligner: found('tiny-aligner.gguf'),
    'aligner-small': found('experiments/aligner-small.gguf'),
    full: found('experiments/full.gguf'),
  };
  const entry = (name: keyof typeof models) =>
    models[name] === null
      ? ''
      : `  ${name}: { type: local, name: ${name}, modelPath: ${JSON.stringify(models[name])} }\n`;
  writeFileSync(
    config,
    `upstreams:\n${entry('upstream')}${entry('upstream-small')}${entry('full')}aligners:\n${entry('aligner')}${entry('aligner-small')}`,
  );
  const runs: string[] = [];
  for (const upstream of ['upstream', 'upstream-small'] as const)
    for (const aligner of ['aligner', 'aligner-small'] as const) {
      if (models[upstream] === null || models[aligner] === null) {
        say(`${upstream} with ${aligner} is left out: a model file is missing (see --help)`);
        continue;
      }
      const run = path.join(out, `${upstream}.${aligner}`);
      const isShipped = upstream === 'upstream' && aligner === 'aligner';
      const others = [
        ...(isShipped && models.full !== null ? ['--full', 'full'] : []),
        ...(isShipped ? ['--best-of', '4'] : []),
      ];
      say(`${upstream} with ${aligner}`);
      await command([
        ...['eval', 'run', '--task', 'sums', '--task', 'manners', '--count', values.count],
        ...['--config', config, '--upstream', upstream, '--aligner', aligner, ...others],
        ...['--rounds', '1,2,3,4,6,all', '--max-tokens', '300', '--world-seed', '300', '--out', run],
      ]);
      runs.push(run);
    }
  const report = path.join(out, 'report');
  await command(['eval', 'report', ...runs, '--out', report]);
  const { results } = values;
  mkdirSync(results, { recursive: true });
  for (const run of runs)
    cpSync(path.join(run, 'summary.json'), path.join(results, `${path.basename(run)}.json`));
  cpSync(path.join(report, 'figures'), path.join(results, 'figures'), { recursive: true });
  say(`done: ${path.join(report, 'index.html')}; summaries and figures are in ${results}`);
}

function found(name: string): string | null {
  const file = path.resolve(values.models, name);
  return existsSync(file) ? file : null;
}

function say(text: string): void {
  process.stderr.write(`reproduce ${new Date().toISOString().slice(11, 19)} ${text}\n`);
}

/** The stream-aligner command, as users run it. */
async function command(args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [...process.execArgv, CLI, ...args], { stdio: 'inherit' });
  running.add(child);
  const [code] = await once(child, 'close');
  running.delete(child);
  if (code !== 0) throw new Error(`"${args[0]} ${args[1]}" ended with exit code ${code}.`);
}
