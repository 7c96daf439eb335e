import { type AlignEvent, type AlignOptions, alignStream, StreamAlignerError } from '@stream-aligner/core';
import { openRecipes, type Recipe } from '@stream-aligner/gateway';
import { type Command, Option } from 'commander';
import { readQuestion } from '../ask/read-question.ts';
import { render, summary } from '../ask/render.ts';
import { reportOf } from '../ask/report.ts';
import { EXIT } from '../exit-codes.ts';
import { findConfiguration } from '../find-configuration.ts';
import { roundsOption, temperatureOption, whole } from '../terminal/options.ts';
import { createPaint, usesColours } from '../terminal/paint.ts';
import { withProgress } from '../terminal/progress.ts';
import { stopOnInterrupt } from '../terminal/stop-on-interrupt.ts';

interface AskFlags {
  config?: string;
  model?: string;
  raw?: boolean;
  json?: boolean;
  rounds?: number | 'all';
  then?: 'continue' | 'stop';
  lookahead?: number;
  temperature?: number;
  seed?: number;
  color: boolean;
}

const help = `
The answer streams. On a terminal, sentences that were rewritten show the old text struck through in red and the new
text in green; piped output is the answer alone. No server is needed.

Examples:
  $ stream-aligner ask "Tom has 12 apples. He buys 5 more. How many apples does Tom have now?"
  $ stream-aligner ask --raw "…"                    the same model without its aligner
  $ stream-aligner ask --rounds 1 --then stop "…"   one sentence, aligned
  $ stream-aligner ask --json < question.txt        { text, sentences: [{ draft, text, action }], counts, … }`;

/** Adds `ask`: one question, answered on the terminal. */
export function addAsk(program: Command, done: (code: number) => void): void {
  program
    .command('ask')
    .description('ask one question and watch the answer being aligned')
    .argument('[question...]', 'the question; without one it is read from the standard input')
    .option('-c, --config <file>', 'the configuration (YAML)')
    .option('-m, --model <name>', 'a model of the configuration (default: its first)')
    .addOption(new Option('--raw', 'leave the aligner out').conflicts(['rounds', 'then']))
    .option('--json', 'print one JSON object when the answer is complete')
    .option('--rounds <number>', 'sentences that are aligned, or "all"', roundsOption)
    .addOption(
      new Option('--then <what>', 'what follows the last round').choices(['continue', 'stop'] as const),
    )
    .option('--lookahead <number>', 'sentences judged ahead of their turn', whole)
    .option('--temperature <number>', 'how freely the model samples, 0 to 2', temperatureOption)
    .option('--seed <number>', 'makes sampling repeatable', whole)
    .option('--no-color', 'plain text (as with NO_COLOR)')
    .addHelpText('after', help)
    .action(async (words: string[], flags: AskFlags) => done(await ask(words, flags)));
}

async function ask(words: readonly string[], flags: AskFlags): Promise<number> {
  const { configuration } = await findConfiguration(flags.config);
  const recipes = openRecipes({ configuration });
  const name = flags.model ?? recipes.names[0] ?? '';
  if (!recipes.names.includes(name)) await recipes.get(name);
  const question = await readQuestion(words);
  const stopping = stopOnInterrupt();
  try {
    const recipe = await withProgress('Loading the models', recipes.get(name));
    const end = await answer({ question, recipe, flags, signal: stopping.signal });
    return stopping.interrupted() ? EXIT.interrupted : end;
  } finally {
    stopping.forget();
    await recipes.close();
  }
}

/** One question, and how it is to be answered. */
interface Asked {
  question: string;
  recipe: Recipe;
  flags: AskFlags;
  signal: AbortSignal;
}

async function answer(asked: Asked): Promise<number> {
  const { recipe, flags } = asked;
  const { stdout, stderr } = process;
  const paint = createPaint(usesColours(stdout, flags.color));
  const seen: AlignEvent[] = [];
  for await (const event of alignStream(optionsOf(asked))) {
    seen.push(event);
    if (!flags.json) stdout.write(render(event, paint));
  }
  const last = seen.at(-1);
  if (!flags.json) stdout.write('\n');
  if (last?.type === 'answer-failed') {
    if (flags.json)
      stdout.write(`${JSON.stringify({ error: { code: last.error.code, message: last.error.message } })}\n`);
    throw last.error;
  }
  if (last?.type !== 'answer-finished') return EXIT.ok;
  if (flags.json) stdout.write(`${JSON.stringify(reportOf(seen, recipe), null, 2)}\n`);
  else if (stdout.isTTY && stderr.isTTY && !recipe.raw)
    stderr.write(`${paint('dim', summary(last.counts, last.at, recipe.options.mode === 'shadow'))}\n`);
  return EXIT.ok;
}

function optionsOf({ question, recipe, flags, signal }: Asked): AlignOptions {
  const { rounds, then, lookahead, temperature, seed } = flags;
  if (recipe.raw && ((rounds !== undefined && rounds !== 0) || then === 'stop')) {
    throw new StreamAlignerError(
      'invalid-request',
      `The model "${recipe.name}" has no aligner, so it has no rounds. Choose another with --model.`,
    );
  }
  return {
    ...recipe.options,
    ...(rounds !== undefined && { rounds }),
    ...(then !== undefined && { then }),
    ...(lookahead !== undefined && { lookahead }),
    ...(flags.raw && { rounds: 0, then: 'continue' }),
    upstream: recipe.upstream,
    aligner: recipe.aligner,
    messages: [{ role: 'user', content: question }],
    params: { ...(temperature !== undefined && { temperature }), ...(seed !== undefined && { seed }) },
    signal,
  };
}
