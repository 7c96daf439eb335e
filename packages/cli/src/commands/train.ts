import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { StreamAlignerError } from '@stream-aligner/core';
import { tinyModelPath } from '@stream-aligner/local';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { whole } from '../terminal/options.ts';
import { textIn } from '../train/events.ts';
import type { Launch } from '../train/launch.ts';
import { afterTraining, resumeCommand } from '../train/next-steps.ts';
import { findPython } from '../train/python.ts';
import { findRecipe, recipeList } from '../train/recipes.ts';
import { runTrainer } from '../train/run-trainer.ts';
import { setUpTrainer } from '../train/setup.ts';
import { createStatus } from '../train/status.ts';
import { createView } from '../train/view.ts';

/** What `train` was told, beside the recipe. */
export interface TrainFlags {
  data?: string;
  base?: string;
  out?: string;
  set?: string[];
  python?: string;
  resume?: boolean;
  json?: boolean;
  gpus?: number;
  fsdp?: boolean;
  machines?: number;
  machine?: number;
  main?: string;
  list?: boolean;
  setup?: boolean;
  color: boolean;
}

const help = `
A recipe is a YAML file: one that you name by its path, or one that comes with the trainer, by its name (--list). Its
relative paths start at --data, else at the recipe's own folder (for a recipe that comes with the trainer: here).
Training data come from \`stream-aligner data\`. On a terminal a bar and curves show how it goes; Ctrl-C saves a
checkpoint and stops, Ctrl-C again stops at once, and --resume goes on from the last checkpoint (and begins where there
is none). Without it, a folder that holds a checkpoint already is left alone.

Python: --python, else STREAM_ALIGNER_PYTHON, else the environment that --setup made. Where you want another build of
PyTorch than the usual one (for the CPU alone, say), make an environment of your own and name it.

Examples:
  $ stream-aligner train --setup                            once: makes the Python environment
  $ stream-aligner train --list                             the recipes that come with the trainer
  $ stream-aligner train lora --data my-data --base Qwen/Qwen2.5-0.5B-Instruct --out my-aligner
  $ stream-aligner train tiny-reviewed --data my-reviews --base tiny    the embedded aligner, on reviewed traces
  $ stream-aligner train my-recipe.yaml --set training.epochs=1 --set training.lr=1e-4
  $ stream-aligner train my-recipe.yaml --resume            goes on where it was stopped
  $ stream-aligner train paper --gpus 8 --fsdp              one process a GPU, the model split over them
  $ stream-aligner train paper --gpus 8 --fsdp --machines 2 --machine 0 --main 10.0.0.1:29500
  $ stream-aligner train my-recipe.yaml --json > log.jsonl  one JSON object for each event`;

/** Adds `train`: fine-tunes an aligner, by a recipe. */
export function addTrain(program: Command, done: (code: number) => void): void {
  program
    .command('train')
    .description('fine-tune an aligner on data of your own, and watch it learn')
    .argument('[recipe]', 'a YAML file, or the name of a recipe that comes with the trainer')
    .option('--data <folder>', "where the recipe's relative paths start")
    .option(
      '--base <model>',
      'the model to start from: a folder, a name on the Hugging Face hub, or "tiny" for the embedded aligner',
    )
    .option('--out <folder>', 'where the model is written')
    .option('--set <key=value>', 'change one key of the recipe; may be repeated', keyValue)
    .option('--python <path>', 'a Python that has what training needs')
    .option('--gpus <number>', 'GPUs of this machine to train on, one process each', oneOrMore)
    .option('--fsdp', 'split the model over the GPUs, where one cannot hold it (FSDP)')
    .option(
      '--machines <number>',
      'machines that train together, each with --gpus; run this on every one',
      oneOrMore,
    )
    .option('--machine <number>', 'which of them this is; 0 shows progress and writes the model', whole)
    .option('--main <host:port>', 'a free port of machine 0, which the others reach')
    .option('--resume', 'go on from the last checkpoint')
    .option('--json', 'print the events, one JSON object a line')
    .option('--no-color', 'plain text (as with NO_COLOR)')
    .addOption(new Option('--list', 'show the recipes that come with the trainer').conflicts('setup'))
    .option('--setup', 'make the Python environment that training runs on')
    .addHelpText('after', help)
    .action(async (recipe: string | undefined, flags: TrainFlags) => done(await run(recipe, flags)));
}

async function run(recipe: string | undefined, flags: TrainFlags): Promise<number> {
  if (flags.list) {
    process.stdout.write(recipeList());
    return EXIT.ok;
  }
  if (flags.setup) return setUp(flags);
  if (recipe !== undefined) return train(recipe, flags);
  throw new StreamAlignerError(
    'invalid-request',
    'Name a recipe: a YAML file, or one of those that `stream-aligner train --list` shows.',
  );
}

async function setUp({ python }: TrainFlags): Promise<number> {
  const status = createStatus();
  const folder = await setUpTrainer({
    ...(python !== undefined && { python }),
    onStatus: status.show,
  }).finally(status.close);
  if (folder === null) {
    process.stderr.write('Stopped. Run it again to make the environment; what was downloaded is kept.\n');
    return EXIT.interrupted;
  }
  process.stdout.write(
    `The environment for training is in ${folder}. \`stream-aligner train\` finds it there.\n`,
  );
  return EXIT.ok;
}

async function train(named: string, flags: TrainFlags): Promise<number> {
  const recipe = findRecipe(named);
  const base = await baseOf(flags);
  const python = await findPython(flags.python);
  const view = createView({ json: flags.json === true, color: flags.color });
  let model: string | undefined;
  const outcome = await runTrainer({
    what: 'trainer',
    python,
    module: 'stream_aligner_trainer.train',
    args: [
      '--config',
      recipe.path,
      '--dir',
      resolve(flags.data ?? recipe.folder),
      ...settings({ ...flags, base }),
    ],
    ...processesOf(flags),
    onEvent: (event) => {
      if (event.event === 'end') model = textIn(event, 'path');
      view.event(event);
    },
    onInterrupt: () => view.note('Stopping: the checkpoint is being saved. Ctrl-C again stops without it.'),
  }).finally(view.close);
  if (outcome !== 'finished') {
    const state = outcome === 'stopped' ? 'Stopped, and saved' : 'Stopped without saving';
    process.stderr.write(`${state}. To go on from the last checkpoint:\n  ${resumeCommand(named, flags)}\n`);
    return EXIT.interrupted;
  }
  if (!flags.json && model !== undefined) process.stdout.write(afterTraining(model));
  return EXIT.ok;
}

/** The model to start from, as the trainer finds it wherever it runs. */
async function baseOf({ base }: TrainFlags): Promise<string | undefined> {
  if (base === 'tiny') return tinyModelPath('aligner');
  return base !== undefined && existsSync(base) ? resolve(base) : base;
}

/** The trainer's arguments for what the flags change in the recipe. Values are YAML, and JSON is YAML. */
function settings({
  base,
  out,
  resume,
  set = [],
}: Omit<TrainFlags, 'base'> & { base: string | undefined }): string[] {
  return [
    // A checkpoint that is there is either wanted, or must not be overwritten by mistake.
    `resume=${resume ? 'auto' : 'never'}`,
    ...(base === undefined ? [] : [`model.base=${JSON.stringify(base)}`]),
    ...(out === undefined ? [] : [`out=${JSON.stringify(resolve(out))}`]),
    ...set,
  ].flatMap((setting) => ['--set', setting]);
}

/** How many processes, and on which machines. */
function processesOf({
  gpus = 1,
  fsdp = false,
  machines: count = 1,
  machine: rank = 0,
  main,
}: TrainFlags): Pick<Launch, 'gpus' | 'fsdp' | 'machines'> {
  if (count === 1) return { gpus, fsdp };
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(main ?? '') ?? [];
  if (host === undefined || rank >= count) {
    throw new StreamAlignerError(
      'invalid-request',
      `Training on ${count} machines needs --main <host:port>, the first machine's address, and --machine, from 0 to ${count - 1}, on each.`,
    );
  }
  return { gpus, fsdp, machines: { count, rank, host, port: Number(port) } };
}

function keyValue(text: string, earlier: string[] = []): string[] {
  if (!/^\w[\w.]*=/.test(text))
    throw new InvalidArgumentError('Give a key of the recipe and its value: key=value.');
  return [...earlier, text];
}

function oneOrMore(text: string): number {
  const value = whole(text);
  if (value === 0) throw new InvalidArgumentError('Give 1 or more.');
  return value;
}
