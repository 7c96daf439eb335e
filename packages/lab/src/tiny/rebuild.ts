import { copyFileSync, cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { askGateway } from './ask-gateway.ts';
import { EXPERIMENTS, PAIR, type Run } from './runs.ts';
import { runTool, type Tool } from './tool.ts';
import { TRAINER, trainerPython } from './trainer-python.ts';

const HELP = `Rebuilds the tiny pair from nothing with the commands that every user has:
worlds → tokenizer → upstream → its drafts → correction data → aligner → GGUF → an answer of the gateway.

  npm run tiny:rebuild -- [--smoke] [--all] [--python P] [--dir DIR] [--models DIR]

About two and a half hours on two CPU cores. Interrupted, it goes on where it was when the command is run again.
  --smoke      the whole chain in a few minutes, with models that have learnt almost nothing
  --all        then also the models that the pair is compared with (about three hours more)
  --python P   a Python for the trainer (default: what "stream-aligner train --setup" made)
  --dir DIR    data and checkpoints (default .cache/tiny, or .cache/tiny-smoke)
  --models DIR where the GGUF files go (default models, or DIR/models with --smoke)
`;

const { values } = parseArgs({
  options: {
    smoke: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
    python: { type: 'string' },
    dir: { type: 'string' },
    models: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const { smoke } = values;
const dir = path.resolve(values.dir ?? (smoke ? '.cache/tiny-smoke' : '.cache/tiny'));
/** Both models are made here first, so that the shipped pair is never half of one and half of another. */
const made = path.join(dir, 'models');
const models = path.resolve(values.models ?? (smoke ? made : 'models'));

if (values.help) process.stdout.write(HELP);
else await runTool('tiny:rebuild', (tool) => rebuild(trainerPython(values.python), tool));

async function rebuild(python: string, tool: Tool): Promise<void> {
  const { say } = tool;
  process.env['STREAM_ALIGNER_PYTHON'] = python;
  for (const folder of [made, models]) mkdirSync(folder, { recursive: true });
  say('1/7 what the worlds teach');
  await tool.script(path.join(import.meta.dirname, 'world-data.ts'), [
    '--out',
    dir,
    '--scale',
    smoke ? '0.01' : '1',
  ]);
  await makeTokenizer(tool, python);
  await stage(tool, '2/7 the upstream, and the aligner’s first stage', PAIR.first);
  say('3/7 the upstream as GGUF');
  await exportModel(tool, 'upstream', made);
  say('4/7 its drafts, corrected by the checkers');
  await Promise.all([draft(tool, 'sums'), draft(tool, 'manners')]);
  await stage(tool, '5/7 the aligner', PAIR.second);
  say('6/7 the aligner as GGUF');
  await exportModel(tool, 'aligner-base', made);
  await exportModel(tool, 'aligner', made);
  say('7/7 an answer of the gateway');
  const answer = await askGateway({
    upstream: path.join(made, 'tiny-upstream.gguf'),
    aligner: path.join(made, 'tiny-aligner.gguf'),
    folder: dir,
    question: 'Tom has 12 apples. He buys 5 more. How many apples does Tom have now?',
  });
  say(`it says: ${JSON.stringify(answer)}`);
  if (values.all) await compare(tool);
  ship(['tiny-upstream.gguf', 'tiny-aligner.gguf', 'training', ...(values.all ? ['experiments'] : [])]);
  say(`done: ${models}`);
}

function ship(names: readonly string[]): void {
  if (models === made) return;
  for (const name of names) cpSync(path.join(made, name), path.join(models, name), { recursive: true });
}

/** The models that the pair is compared with. */
async function compare(tool: Tool): Promise<void> {
  const out = path.join(made, 'experiments');
  mkdirSync(out, { recursive: true });
  await tool.script(path.join(import.meta.dirname, 'whole-answers.ts'), [
    '--out',
    dir,
    ...['sums', 'manners'].map((world) => path.join(dir, `drafts-${world}`)),
  ]);
  await stage(tool, 'experiments, first stage', EXPERIMENTS.first);
  await stage(tool, 'experiments, second stage', EXPERIMENTS.second);
  for (const { name } of [...EXPERIMENTS.first, ...EXPERIMENTS.second])
    if (!name.endsWith('-base')) await exportModel(tool, name, out, name);
}

/** Trains runs two at a time: each is one process on one core. */
async function stage(tool: Tool, title: string, runs: readonly Run[]): Promise<void> {
  tool.say(title);
  const waiting = [...runs];
  const work = async () => {
    for (let run = waiting.shift(); run; run = waiting.shift()) await train(tool, run);
  };
  await Promise.all([work(), work()]);
}

async function makeTokenizer(tool: Tool, python: string): Promise<void> {
  const out = path.join(dir, 'tokenizer.json');
  if (existsSync(out)) return;
  const [tuples, chats] = ['tuples', 'chats'].map((name) => path.join(dir, `tokenizer-${name}.jsonl`));
  const files = [`stream-aligner=${tuples}`, `chat=${chats}`];
  const args = ['-m', 'stream_aligner_trainer.tokenizer', '--out', out, '--vocab-size', '1024', ...files];
  await tool.run('tokenizer', python, args, { cwd: TRAINER });
}

async function train(tool: Tool, { name, recipe, set }: Run): Promise<void> {
  const short = [
    'training.max_minutes=0',
    'training.max_steps=200',
    'training.compile=false',
    'data.eval_rows=20',
  ];
  const changes = [...set, ...(smoke ? short : []), 'resume=auto'].flatMap((each) => ['--set', each]);
  await tool.command(name, ['train', recipe, '--data', dir, ...changes, '--no-color']);
}

/** Writes NAME.gguf and training/NAME.md, its log, from a finished run. The shipped pair's names begin with "tiny-". */
async function exportModel(tool: Tool, run: string, folder: string, name = `tiny-${run}`): Promise<void> {
  const out = path.join(dir, run, 'export');
  const described = ['--name', name, '--license', 'apache-2.0'];
  await tool.command(`export ${run}`, [
    'export',
    path.join(dir, run, 'final'),
    '--out',
    out,
    '--gguf',
    ...described,
  ]);
  copyFileSync(path.join(out, 'model.gguf'), path.join(folder, `${name}.gguf`));
  mkdirSync(path.join(folder, 'training'), { recursive: true });
  copyFileSync(path.join(out, 'README.md'), path.join(folder, 'training', `${name}.md`));
}

async function draft(tool: Tool, world: 'sums' | 'manners'): Promise<void> {
  const config = path.join(dir, 'drafting.yaml');
  const file = JSON.stringify(path.join(made, 'tiny-upstream.gguf'));
  writeFileSync(config, `upstreams:\n  drafter: { type: local, modelPath: ${file} }\n`);
  const what = [
    '--world',
    world,
    '--world-count',
    smoke ? '30' : '3000',
    '--world-seed',
    '5',
    '--max-tokens',
    '200',
  ];
  const how = [
    '--world-seen-only',
    '--world-invented',
    '0.2',
    '--prefixes',
    'both',
    '--temperature',
    '0,0.7',
  ];
  const out = path.join(dir, `drafts-${world}`);
  await tool.command(`drafts ${world}`, [
    'data',
    'build',
    '--config',
    config,
    ...what,
    ...how,
    '--concurrency',
    '8',
    '--out',
    out,
  ]);
}
