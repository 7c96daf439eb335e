import { readFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Command, CommanderError } from 'commander';
import { addAsk } from './commands/ask.ts';
import { addData } from './commands/data/data.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEval } from './commands/eval/eval.ts';
import { addExport } from './commands/export.ts';
import { addServe } from './commands/serve.ts';
import { addTrain } from './commands/train.ts';
import { addWorker } from './commands/worker.ts';
import { EXIT } from './exit-codes.ts';
import { cannotWrite, reportError } from './terminal/report-error.ts';

const description =
  "Makes a language model's answer better while it streams: a small aligner model reads every sentence before you " +
  'do, keeps it or rewrites it, and the model continues from the result.';

const help = `
Examples:
  $ stream-aligner serve                      an OpenAI-compatible gateway with the embedded models
  $ stream-aligner ask "Ann has 58 pens and buys 67 more. How many pens does Ann have now?"
  $ echo "…" | stream-aligner ask --json      one JSON object: the text, every sentence, counts, timings
  $ stream-aligner doctor --config my.yaml    what works, what does not, and what to do about it
  $ stream-aligner eval run --help            does an aligner help? measured, with intervals and a report
  $ stream-aligner train --list               recipes to train an aligner of your own

Exit codes:
  0  it worked          1  it failed: the message says what, why, and what to do
  2  wrong usage      130  ended by Ctrl-C`;

/** Runs the command with its arguments (without node and the script's name). Gives the exit code; never rejects. */
export async function main(args: readonly string[]): Promise<number> {
  let code: number = EXIT.ok;
  const program = new Command('stream-aligner')
    .description(description)
    .version(version(), '-V, --version')
    .option('--debug', 'show where errors come from')
    .addHelpText('after', help)
    .showHelpAfterError('(--help shows what is taken)')
    .exitOverride();
  const done = (result: number) => {
    code = result;
  };
  let lost = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader of the output that has seen enough (head, less) is no failure.
    if (lost || error.code === 'EPIPE') return;
    lost = true;
    reportError(cannotWrite(error), { debug: false });
  });
  // Whatever is wrong with the error stream, there is nowhere left to say it.
  process.stderr.on('error', () => {});
  addServe(program, done);
  addAsk(program, done);
  addDoctor(program, done);
  addData(program, done);
  addEval(program, done);
  addTrain(program, done);
  addExport(program, done);
  addWorker(program, done);
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    // Commander has said what was wrong; without any command it has shown the help.
    if (error instanceof CommanderError) code = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    else code = reportError(error, { debug: program.opts<{ debug?: boolean }>().debug === true });
  }
  // What became of the last write is told a moment after it.
  await nextTurn();
  return lost && code === EXIT.ok ? EXIT.failure : code;
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return String((manifest as { version: unknown }).version);
}
