import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Tuple } from '../data/tuple.ts';
import { createRandom } from '../worlds/random.ts';
import type { GenerateOptions } from '../worlds/world.ts';
import { type Task, tasksOf, worldNames } from '../worlds/worlds.ts';
import { writeRows } from './write-rows.ts';

const HELP = `Writes what the tiny models learn before there are drafts to correct, from both worlds, as JSONL:
  tokenizer-*.jsonl      text for the tokenizer, of both contracts; it never sees what the aligner never sees
  upstream-train.jsonl   { prompt, completion }: questions with the answers the upstream is taught, flaws included
  aligner-invented.jsonl { question, prefix, last, correction }: invented drafts
  full-invented.jsonl    { question, answer, correction }: the same for whole answers
  *-eval.jsonl           the same from the test split, for watching during training

  --out DIR      default .cache/tiny
  --scale S      share of the full amount, such as 0.01 for a smoke run (default 1)
`;

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: '.cache/tiny' },
    scale: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(HELP);
else await writeAll(values.out, Number(values.scale));

async function writeAll(out: string, scale: number): Promise<void> {
  const count = (full: number) => Math.max(40, Math.round(full * scale));
  const write = (name: string, rows: Iterable<object>) => writeRows(`${out}/${name}.jsonl`, rows);
  mkdirSync(out, { recursive: true });
  const seen = { split: 'train', seed: 11, seenOnly: true } as const;
  await write('tokenizer-chats', chats({ ...seen, count: count(10_000) }));
  await write('tokenizer-tuples', tuples({ ...seen, count: count(3_000) }));
  await write('upstream-train', chats({ split: 'train', seed: 1, count: count(300_000), invented: 0.12 }));
  await write('upstream-eval', chats({ split: 'test', seed: 2, count: count(300) }));
  const invented = { ...seen, invented: 0.4 };
  await write('aligner-invented', tuples({ ...invented, seed: 3, count: count(60_000) }));
  await write('aligner-eval', tuples({ ...seen, split: 'test', seed: 4, count: count(300) }));
  await write('full-invented', wholeAnswers({ ...invented, seed: 3, count: count(60_000) }));
  await write('full-eval', wholeAnswers({ ...seen, split: 'test', seed: 4, count: count(300) }));
}

/** Both worlds in turn, so that a file cut short holds as many of each. */
function* bothWorlds(options: GenerateOptions): Generator<Task> {
  const generators = worldNames.map((name) => tasksOf(name, options));
  for (let made = 0; made < options.count; made += 1)
    for (const generator of generators) {
      const { value, done } = generator.next();
      if (!done) yield value;
    }
}

function* chats(options: GenerateOptions) {
  for (const { question, taught } of bothWorlds(options))
    yield { prompt: question, completion: taught.join(' ') };
}

function* tuples(options: GenerateOptions): Generator<Tuple> {
  const random = createRandom(options.seed + 1);
  for (const task of bothWorlds(options)) yield* task.invent(random, options);
}

function* wholeAnswers(options: GenerateOptions) {
  for (const task of bothWorlds(options)) {
    const { question, taught } = task;
    yield { question, answer: taught.join(' '), correction: corrected(task) };
  }
}

/** The answer the upstream is taught, walked through the checker sentence by sentence. */
function corrected({ taught, correct }: Task): string {
  let prefix = '';
  for (let round = 0; ; round += 1) {
    const correction = correct({ prefix, draft: taught[round] ?? '' });
    if (correction === null) return prefix;
    prefix = prefix === '' ? correction : `${prefix} ${correction}`;
  }
}
