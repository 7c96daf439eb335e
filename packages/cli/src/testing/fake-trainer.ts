// Speaks the trainer's protocol in its place, where only the terminal, signals and installing are tested. It is started
// as if it were Python; FAKE_TRAINER says how it behaves.
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';

const STEPS = 40;
const [flag, module, ...rest] = process.argv.slice(2);
const how = process.env['FAKE_TRAINER'] ?? 'finish';
const say = (event: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(event)}\n`);

if (flag === '-c') process.stdout.write(process.env['FAKE_PROBE'] ?? '[[3, 11], []]');
else if (module === 'venv') makeEnvironment(rest.at(-1) ?? '');
else if (module === 'pip') install();
else if (how === 'error') fail();
else if (module?.endsWith('.export')) exportModel();
else train();

function makeEnvironment(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(`${folder}/bin`, { recursive: true });
  symlinkSync(process.argv[1] ?? '', `${folder}/bin/python`);
}

function install(): void {
  process.stdout.write('Collecting torch==2.15.0\n');
  if (how === 'stall') stay();
  if (how !== 'crash') return;
  process.stderr.write('ERROR: No space left on device\n');
  process.exitCode = 1;
}

function fail(): void {
  say({ event: 'error', code: 'bad-config', message: 'my.yaml: unknown key "epoch"; known keys: epochs' });
  process.exitCode = 1;
}

function exportModel(): void {
  const out = rest[rest.indexOf('--out') + 1] ?? '';
  if (rest.includes('--gguf')) writeFileSync(`${out}/model-q8_0.gguf`, 'G'.repeat(2000));
  writeFileSync(`${out}/model.safetensors`, 'M'.repeat(12));
  say({ event: 'end', arguments: rest });
}

function train(): void {
  process.stderr.write('a library warns of something\n');
  if (how === 'crash') {
    process.stderr.write('Traceback (most recent call last):\nIndexError: list index out of range\n');
    process.exitCode = 1;
    return;
  }
  say({ event: 'start', parameters: 1_234_567, rows: 5000, rows_left_out: 3, steps: STEPS });
  process.stdout.write('a library prints something\n');
  log(1);
  if (how === 'finish') finish();
  else if (how === 'arguments') tellArguments();
  else stay();
}

function tellArguments(): void {
  const { STREAM_ALIGNER_CONTRACTS, PYTHONPATH } = process.env;
  say({ event: 'end', arguments: process.argv.slice(2), STREAM_ALIGNER_CONTRACTS, PYTHONPATH });
}

function finish(): void {
  for (let step = 2; step <= STEPS; step++) {
    log(step);
    if (step % 10 === 0) evaluate(step);
  }
  say({ event: 'saved', path: '/models/my aligner' });
  say({ event: 'end', path: '/models/my aligner' });
}

/** Goes on until it is told to stop; `deaf` does not listen, and neither does the worker that it starts. */
function stay(): void {
  const forever = setInterval(() => {}, 1_000_000);
  process.on('SIGINT', () => {
    say({ event: 'saved', path: '/models/checkpoint' });
    if (how === 'deaf') return;
    say({ event: 'stopped' });
    clearInterval(forever);
  });
  const worker =
    how === 'deaf'
      ? spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { detached: true, stdio: 'inherit' })
      : null;
  say({ event: 'ready', worker: worker?.pid ?? null });
}

function log(step: number): void {
  say({
    event: 'log',
    step,
    steps: STEPS,
    progress: step / STEPS,
    loss: 2 / step,
    lr: 2e-5,
    tokens: step * 1000,
    tokens_per_second: 1234,
    minutes: step / 10,
    epoch: (3 * step) / STEPS,
  });
}

function evaluate(step: number): void {
  say({
    event: 'eval',
    step,
    loss: 2.5 / step,
    keep: step / STEPS,
    exact_rewrite: step / 2 / STEPS,
    over_edit: 1 / step,
  });
}
