import { type Command, Option } from 'commander';
import type { BuildFlags } from '../../data/build-flags.ts';
import { runBuild } from '../../data/run-build.ts';
import { count, names, positive, share, splitShares, temperatures } from '../../data/list-options.ts';
import { whole } from '../../terminal/options.ts';

const help = `
Each prompt is answered by each upstream. The annotator stands where an aligner would: it keeps or rewrites every
sentence, and the upstream continues from the result. Every sentence gives one tuple { question, prefix, last, correction }.

Prompts: JSONL, CSV, TSV, or one JSON array. A prompt is in the field messages, conversations, prompt, question,
instruction (with input), query or text, or in the dialogue "chosen"; --field names another. Or --world sums|manners.

Models are named as in the configuration: --upstream under upstreams, --annotator under aligners (for a large model with
a policy: contract: instruct), --judge under upstreams. "tiny" is the embedded one, and "checker" what knows a world's
right answers. With price: { input: 0.5, output: 1.5 } under a model the cost is reckoned.

The folder holds build.json (what was asked for), answers.jsonl and failures.jsonl (which only grow), then train.jsonl,
validation.jsonl, test.jsonl and summary.json. Ended at any moment, even by a power cut, the same command goes on where
it was; nothing is lost but answers in flight, and what the last five seconds wrote if the machine itself went down.

With --queue the answers are made by any number of "stream-aligner worker" with the same models; all else stays here.

With --from-traces nothing is asked: accepted and edited sentences of traces are the data, an edit before what the
aligner said; rejected ones give none. Run again, it takes what was said since.

Temperatures go round: sample k has the k-th, and then from the first again. A split is decided by the question's hash.

Examples:
  $ stream-aligner data build --world sums --world-count 200 --out sums      a small try, without any server
  $ stream-aligner data build prompts.jsonl --config my.yaml --upstream big --annotator teacher --out data
  $ stream-aligner data build *.csv --config my.yaml -u one -u two -a teacher --prefixes both --temperature 0,0.7 -o data
  $ stream-aligner data build prompts.jsonl … --out data --retry-failures    what failed, once more
  $ stream-aligner data build prompts.jsonl … --out data --queue redis://host:6379
  $ stream-aligner data build --from-traces stream-aligner-traces.db --out data
  $ stream-aligner data build --out data --finish-only --balance 0.6         other filters; no model is asked`;

/** Adds `data build`: correction data from prompts, upstreams and an annotator. */
export function addBuild(data: Command, done: (code: number) => void): void {
  data
    .command('build')
    .description('build correction data: prompts × upstreams × an annotator → tuples')
    .argument('[prompts...]', 'files of prompts')
    .requiredOption('-o, --out <folder>', 'where everything goes; a build that was ended goes on there')
    .option('-c, --config <file>', 'the configuration (YAML); it need not name models to serve')
    .option(
      '-u, --upstream <names>',
      'who answers; may be given several times (default: the only one there is)',
      names,
    )
    .option(
      '--from-traces <where>',
      'instead of making answers: what people accepted and edited in traces (an SQLite file or postgres://…)',
    )
    .option('-a, --annotator <name>', 'who corrects (default with --world: checker)')
    .option('--field <name>', 'the field or column that holds the prompt')
    .addOption(
      new Option('--prefixes <kind>', 'whether prefixes hold corrections or keep their errors')
        .choices(['corrected', 'own', 'both'] as const)
        .default('corrected'),
    )
    .option(
      '--samples <number>',
      'answers of each upstream to each prompt (default: one a temperature)',
      count,
    )
    .option('--temperature <list>', 'with commas between', temperatures, [0])
    .option('--seed <number>', 'everything that is drawn depends on it', whole, 1)
    .option('--max-tokens <number>', 'longest answer', count, 1024)
    .option('--limit <number>', 'only the first prompts', count)
    .option('--concurrency <number>', 'answers at once (default: 32, or 256 with --queue)', count)
    .option('--queue <url>', 'have the answers made by workers, through this Redis: redis://host:6379')
    .option(
      '--give-up-after <number>',
      'stop after so many failures in a row; 0: never (default: 50, or twice --concurrency)',
      whole,
    )
    .option('--retry-failures', 'try again what failed before')
    .addOption(
      new Option('--world <name>', 'prompts of a generated world').choices(['sums', 'manners'] as const),
    )
    .option('--world-count <number>', 'how many', count, 1000)
    .addOption(
      new Option('--world-split <name>', 'of which split')
        .choices(['train', 'test'] as const)
        .default('train'),
    )
    .option('--world-seed <number>', 'which ones (default: --seed)', whole)
    .option('--world-invented <share>', 'share of invented names, to teach copying', share)
    .option('--world-seen-only', 'without what aligners must not be trained on')
    .option('--finish-only', 'write the files from the answers that are there; asks no model but a judge')
    .addOption(
      new Option('--split <shares>', 'percent of questions in train/validation/test')
        .argParser(splitShares)
        .default({ train: 90, validation: 5, test: 5 }, '90/5/5'),
    )
    .option('--balance <share>', 'at most this share of keeps in each file', share)
    .addOption(
      new Option(
        '--improvement <which>',
        'which rewrites are taken (any; checked by the world; judged better)',
      )
        .choices(['any', 'checked', 'judged'] as const)
        .default('any'),
    )
    .option('--judge <name>', 'the upstream that judges, with --improvement judged')
    .option('--criterion <text>', 'what the judge goes by')
    .option('--max-growth <factor>', 'longest correction, as a multiple of its draft', positive, 4)
    .option('--json', 'print the summary as one JSON object')
    .addHelpText('after', help)
    .action(async (prompts: string[], flags: BuildFlags) => done(await runBuild(prompts, flags)));
}
