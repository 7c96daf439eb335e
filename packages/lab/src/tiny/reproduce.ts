import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { brief } from './brief.ts';
import { runTool, type Tool } from './tool.ts';

const HELP = `Reproduces the paper's figures 3, 4 and 5 with the tiny models, by the commands that every user has:
"eval run" for each pair of an upstream and an aligner on both worlds, then "eval report" over all of them.

  npm run reproduce -- [--count 300] [--models DIR] [--experiments DIR] [--out DIR] [--results DIR] [--fresh]

About ten minutes on two CPU cores. Interrupted, it goes on where it was when the command is run again.
  --count N      problems of each world for each pair (default 300)
  --models DIR   where tiny-upstream.gguf and tiny-aligner.gguf lie (default models)
  --experiments DIR  upstream-small.gguf, aligner-small.gguf and full.gguf, as "tiny:rebuild --all" leaves them; what is
                 not there is left out (default models/experiments)
  --out DIR      runs and report (default .cache/reproduce)
  --results DIR  where summaries and figures (SVG) are copied to (default results)
  --fresh        forget an earlier run
`;

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '300' },
    models: { type: 'string', default: 'models' },
    experiments: { type: 'string', default: 'models/experiments' },
    out: { type: 'string', default: '.cache/reproduce' },
    results: { type: 'string', default: 'results' },
    fresh: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(HELP);
else await runTool('reproduce', reproduce);

async function reproduce({ say, command }: Tool): Promise<void> {
  // Relative, since results carry the command that made them.
  const { out } = values;
  if (values.fresh) rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const config = path.join(out, 'models.yaml');
  const models = {
    upstream: found(values.models, 'tiny-upstream.gguf'),
    'upstream-small': found(values.experiments, 'upstream-small.gguf'),
    aligner: found(values.models, 'tiny-aligner.gguf'),
    'aligner-small': found(values.experiments, 'aligner-small.gguf'),
    full: found(values.experiments, 'full.gguf'),
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
      await command(`${upstream}.${aligner}`, [
        ...['eval', 'run', '--task', 'sums', '--task', 'manners', '--count', values.count],
        ...['--config', config, '--upstream', upstream, '--aligner', aligner, ...others],
        ...['--rounds', '1,2,3,4,6,all', '--max-tokens', '300', '--world-seed', '300', '--out', run],
      ]);
      runs.push(run);
    }
  const report = path.join(out, 'report');
  await command('report', ['eval', 'report', ...runs, '--out', report]);
  const { results } = values;
  mkdirSync(results, { recursive: true });
  for (const run of runs) {
    const summary: unknown = JSON.parse(readFileSync(path.join(run, 'summary.json'), 'utf8'));
    writeFileSync(path.join(results, `${path.basename(run)}.json`), brief(summary));
  }
  const isKept = (file: string) => !file.endsWith('.png'); // the same figures again, four times as large
  cpSync(path.join(report, 'figures'), path.join(results, 'figures'), { recursive: true, filter: isKept });
  say(`done: ${path.join(report, 'index.html')}; summaries and figures are in ${results}`);
}

function found(folder: string, name: string): string | null {
  const file = path.resolve(folder, name);
  return existsSync(file) ? file : null;
}
