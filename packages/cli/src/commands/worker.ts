import type { Command } from 'commander';
import { runWorker, type WorkerFlags } from '../data/run-worker.ts';
import { count } from '../data/list-options.ts';
import { whole } from '../terminal/options.ts';

const help = `
Takes answers from the queue of every "data build --queue" on the same Redis, makes them with the models of its own
configuration, and hands them back. Start it on as many machines as there are, with the same configuration; addresses,
keys and limits may differ from machine to machine. A build whose models differ is left alone, and its operator told why.

Ctrl-C finishes the answers in hand; a second one ends at once, and other workers make them. So they do when a worker is
killed or its machine is lost. A password for Redis may stand in the URL or in STREAM_ALIGNER_QUEUE_PASSWORD.

Needs two packages that are not installed by default: npm install bullmq@6 ioredis@5

Examples:
  $ stream-aligner worker --queue redis://host:6379 --config my.yaml
  $ stream-aligner data build prompts.jsonl --config my.yaml -u big -a teacher --out data --queue redis://host:6379`;

/** Adds `worker`: answers for builds on other machines. */
export function addWorker(program: Command, done: (code: number) => void): void {
  program
    .command('worker')
    .description('make answers for "data build --queue", on any number of machines')
    .requiredOption('--queue <url>', 'the Redis of the queue')
    .option('-c, --config <file>', 'the configuration (YAML) with the models')
    .option('--concurrency <number>', 'answers at once', count, 32)
    .option(
      '--give-up-after <number>',
      'end after so many failures in a row; 0: never (default: 50, or twice --concurrency)',
      whole,
    )
    .addHelpText('after', help)
    .action(async (flags: WorkerFlags) => done(await runWorker(flags)));
}
