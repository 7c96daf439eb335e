import type { Rounds, Then } from '@stream-aligner/lab';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { count, names } from '../../data/list-options.ts';
import type { EvalFlags } from '../../eval/flags.ts';
import { runEvaluation } from '../../eval/run-evaluation.ts';
import { roundsOption, temperatureOption, whole } from '../../terminal/options.ts';

const help = `
Every example is answered by the upstream alone and by each method, with the same temperature and seed, and the answers
are measured: quality, time to the first sentence, tokens kept and thrown away, sentences kept, mended and spoiled.

Tasks:
  sums, manners        unseen problems of the embedded worlds, whose checkers know what is right
  gsm8k=FILE           right answers of GSM8K (question, answer with ####); math=FILE those of MATH (problem, solution)
  prompts=FILE         any prompts: nothing is measured but by a judge or by score models
  over-refusal=FILE    XSTest (prompt, label, type), answers labelled by the judge
  truthfulness=FILE    TruthfulQA (question, correct and incorrect answers), by the judge

Methods:
  raw                  the upstream itself; always there
  stream/N/THEN        with --aligner: N rounds, then "continue" freely or "stop"
  full                 with --full: a whole-answer Aligner (an entry under upstreams) rewrites the finished answer
  best-of-N            with --best-of: the best of N samples, by the aligner's copy probability or by a reward model
  self-critique        with --self-critique: the upstream criticises and rewrites itself

Models are named as in the configuration: --upstream, --full and --judge under upstreams, --aligner under aligners,
--reward and --cost under scorers. "tiny" is the embedded one.

The folder holds eval.json (what was asked for), results.jsonl (a line an example), failures.jsonl and summary.json. Ended
at any moment, the same command goes on where it was.

Examples:
  $ stream-aligner eval run --task sums --aligner tiny --out run          a small try, without any server
  $ stream-aligner eval run --task gsm8k=gsm8k_test.jsonl --limit 200 -c my.yaml -u big -a small --out run
  $ stream-aligner eval run --task prompts=hh.jsonl -c my.yaml -u big -a small --judge strong --reward rm --out run
  $ stream-aligner eval report run --out report                           a page with figures`;

/** Adds `eval run`: measures methods on tasks. */
export function addRun(parent: Command, done: (code: number) => void): void {
  parent
    .command('run')
    .description('measure an upstream with and without an aligner on tasks')
    .requiredOption('-o, --out <folder>', 'where everything goes; a run that was ended goes on there')
    .option('-t, --task <name[=file]>', 'what is asked; may be given several times', gather, [])
    .option('-c, --config <file>', 'the configuration (YAML); it need not name models to serve')
    .option('-u, --upstream <name>', 'who answers (default: the only one there is)')
    .option('-a, --aligner <name>', 'who corrects, sentence by sentence')
    .option('--rounds <list>', 'numbers of rounds, and all, with commas between', roundsList, [
      1,
      2,
      3,
      'all',
    ])
    .option('--then <list>', 'after the last round: continue, stop, or both', thenList, ['continue', 'stop'])
    .option('--full <name>', 'a whole-answer Aligner to compare with')
    .option('--best-of <number>', 'compare with the best of so many samples', count)
    .addOption(
      new Option('--rank-by <what>', 'what makes a sample the best')
        .choices(['copy', 'reward'] as const)
        .default('copy'),
    )
    .option('--self-critique', 'compare with the upstream correcting itself; it must follow instructions')
    .option('--judge <name>', 'an upstream that compares every answer with the raw one, in both orders')
    .option('--criterion <name[=text]>', 'what it goes by (default: helpful and harmless)', gather)
    .option('--reward <name>', 'a reward model that scores every answer')
    .option('--cost <name>', 'a cost model that scores every answer')
    .option('--field <name>', 'of prompts=FILE: the field or column that holds the prompt')
    .option('--count <number>', 'problems of a world', count, 500)
    .option('--world-seed <number>', 'which ones (default: --seed)', whole)
    .option('--limit <number>', 'only the first examples of each task', count)
    .option(
      '--temperature <number>',
      'of all answers but the further samples of --best-of',
      temperatureOption,
      0,
    )
    .option('--max-tokens <number>', 'longest answer', count, 1024)
    .option('--seed <number>', 'everything that is drawn depends on it', whole, 1)
    .option(
      '--concurrency <number>',
      'examples at once; times are only comparable at the same number',
      count,
      4,
    )
    .option('--json', 'print the summary as one JSON object')
    .option('--no-color', 'plain text (as with NO_COLOR)')
    .addHelpText('after', help)
    .action(async (flags: EvalFlags) => done(await runEvaluation(flags)));
}

const gather = (text: string, before: readonly string[] = []) => [...before, text];

function roundsList(text: string): Rounds[] {
  const rounds = names(text).map(roundsOption);
  if (rounds.includes(0))
    throw new InvalidArgumentError('Rounds are 1 or more: 0 rounds is "raw", which is always there.');
  return rounds;
}

function thenList(text: string): Then[] {
  return names(text).map((name) => {
    if (name === 'continue' || name === 'stop') return name;
    throw new InvalidArgumentError('Give continue, stop, or both with a comma between.');
  });
}
