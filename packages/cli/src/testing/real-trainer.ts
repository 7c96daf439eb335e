import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { COMPLETE, pythonOf } from '../train/python.ts';
import { environmentFolder, TRAINER, trainerVariables } from '../train/trainer-files.ts';
import { temporaryFile } from './run-command.ts';

const CHECKOUT = join(TRAINER, '.venv', 'bin', 'python');
const made = environmentFolder();

/** A Python that can train, of the checkout or of `train --setup`; null where there is none, and tests skip. */
export const realPython = existsSync(CHECKOUT)
  ? CHECKOUT
  : existsSync(join(made, COMPLETE))
    ? pythonOf(made)
    : null;

/** A title for tests that need it, which says so where they skip. */
export function realTitle(what: string): string {
  if (realPython !== null) return what;
  return `${what}: skipped, since there is no Python environment for it (\`stream-aligner train --setup\` makes one)`;
}

/** For trainings as small as the tests': more threads only wait for each other. */
export const oneThread = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };

/** A recipe of a random model with some thousand parameters, in a folder with its data and tokenizer. */
export async function tinyRecipe(python: string): Promise<string> {
  const recipe = await temporaryFile('tiny.yaml', RECIPE);
  const data = join(dirname(recipe), 'data');
  await mkdir(data);
  const rows = Array.from({ length: 200 }, (_, at) => {
    const [right, draft] = [`${at} + 1 = ${at + 1}.`, `${at} + 1 = ${at % 2 === 0 ? at + 1 : at}.`];
    return JSON.stringify({ question: `What is ${at} + 1?`, prefix: '', last: draft, correction: right });
  });
  await writeFile(join(data, 'train.jsonl'), rows.slice(20).join('\n'));
  await writeFile(join(data, 'eval.jsonl'), rows.slice(0, 20).join('\n'));
  const module = ['-m', 'stream_aligner_trainer.tokenizer', '--contract', 'stream-aligner'];
  const files = ['--out', join(data, 'tokenizer.json'), '--vocab-size', '300', join(data, 'train.jsonl')];
  await promisify(execFile)(python, [...module, ...files], { env: { ...trainerVariables(), ...oneThread } });
  return recipe;
}

const RECIPE = `
# Shows that the command and the trainer fit together.
out: out
model:
  new: { tokenizer: data/tokenizer.json, hidden: 16, layers: 1, heads: 2, ffn: 32, context: 256 }
data:
  train: [{ path: data/train.jsonl }]
  eval: data/eval.jsonl
training:
  max_steps: 6
  batch_rows: 4
  max_length: 256
  log_steps: 2
  eval_steps: 3
  save_steps: 3
  device: cpu
  bf16: false
  threads: 1
`;
