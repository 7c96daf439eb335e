import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const HELP = `Rebuilds the tiny pair from nothing, in models/: world → upstream → its drafts → aligner → GGUF.

  npm run tiny:rebuild -- [--smoke] [--python P] [--dir DIR] [--models DIR]

About an hour and three quarters on two CPU cores. Interrupted training goes on where it was when the command is run again.
  --smoke      the whole chain in a few minutes, with models that have learnt almost nothing
  --python P   a Python with trainer/requirements.txt installed (default trainer/.venv/bin/python)
  --dir DIR    data and checkpoints (default .cache/tiny, or .cache/tiny-smoke)
  --models DIR where the GGUF files go (default models, or DIR with --smoke)
`;

const { values } = parseArgs({
  options: {
    smoke: { type: 'boolean', default: false },
    python: { type: 'string', default: 'trainer/.venv/bin/python' },
    dir: { type: 'string' },
    models: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const python = path.resolve(values.python);
if (values.help) {
  process.stdout.write(HELP);
} else if (!existsSync(python)) {
  process.stderr.write(
    `tiny:rebuild: no Python at ${values.python}. Make one and run this again:\n` +
      '  python3 -m venv trainer/.venv && trainer/.venv/bin/pip install -r trainer/requirements.txt\n',
  );
  process.exitCode = 1;
} else {
  const dir = path.resolve(values.dir ?? (values.smoke ? '.cache/tiny-smoke' : '.cache/tiny'));
  const models = path.resolve(values.models ?? (values.smoke ? dir : 'models'));
  mkdirSync(models, { recursive: true });
  const scale = values.smoke ? '0.01' : '1';

  say('1/5 data of the world');
  lab('data.ts', ['--out', dir, '--scale', scale]);
  trainer('tiny.tokenizer', [
    '--out',
    `${dir}/tokenizer.json`,
    '--vocab-size',
    '768',
    `${dir}/tokenizer.jsonl`,
  ]);
  say('2/5 the upstream, and the aligner’s first stage beside it');
  await Promise.all([train('upstream', dir), train('aligner-warm-up', dir)]);
  say('3/5 the upstream’s own drafts, corrected by the checker');
  lab('drafts.ts', ['--dir', dir, '--python', python, '--problems', values.smoke ? '100' : '12000']);
  say('4/5 the aligner');
  await train('aligner', dir);
  say('5/5 GGUF');
  for (const [name, description] of [
    ['upstream', 'Answers small sums in words, and errs where it was taught to.'],
    ['aligner', 'Keeps or rewrites one sentence of an answer to small sums in words.'],
  ] as const) {
    const from = ['--checkpoint', `${dir}/${name}/best.pt`, '--tokenizer', `${dir}/tokenizer.json`];
    const card = ['--name', `tiny-${name}`, '--description', description, '--license', 'apache-2.0'];
    trainer('tiny.export_gguf', [...from, '--out', `${models}/tiny-${name}.gguf`, ...card]);
  }
  say(`done: ${models}`);
}

function say(text: string): void {
  process.stderr.write(`tiny:rebuild ${new Date().toISOString().slice(11, 19)} ${text}\n`);
}

function lab(script: string, args: string[]): void {
  const file = path.join(import.meta.dirname, script);
  execFileSync(process.execPath, [...process.execArgv, file, ...args], { stdio: 'inherit' });
}

function trainer(module: string, args: string[]): void {
  execFileSync(python, ['-m', module, ...args], { cwd: 'trainer', stdio: 'inherit', env: oneThread() });
}

/** One process a core; with spinning threads both would be slower. */
function oneThread(): NodeJS.ProcessEnv {
  return { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
}

async function train(run: string, dir: string): Promise<void> {
  const args = ['-m', 'tiny.train', '--config', `runs/${run}.yaml`, '--dir', dir];
  if (values.smoke)
    args.push('--set', 'max_minutes=1', '--set', 'eval_every_minutes=0.5', '--set', 'compile=false');
  const child = spawn(python, args, { cwd: 'trainer', stdio: 'inherit', env: oneThread() });
  const [code] = await once(child, 'exit');
  if (code !== 0)
    throw new Error(`training ${run} ended with exit code ${code}; its log is in ${dir}/${run}`);
}
