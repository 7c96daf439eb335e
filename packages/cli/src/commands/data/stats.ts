import { dataStats, readTuples } from '@stream-aligner/lab';
import type { Command } from 'commander';
import { statsTable } from '../../data/stats-table.ts';
import { EXIT } from '../../exit-codes.ts';
import { createPaint, usesColours } from '../../terminal/paint.ts';
import { withProgress } from '../../terminal/progress.ts';

interface StatsFlags {
  json?: boolean;
  color: boolean;
}

const help = `
Files named train, validation or test are splits. A question in two of them is an error: it is said first, and the exit
code is 1. A duplicate equals an earlier row in question, prefix, draft and correction; a contradiction has another
correction. Words changed: the share of a rewrite's words that are not the draft's.

Examples:
  $ stream-aligner data stats my-data
  $ stream-aligner data stats my-data/train.jsonl --json | jq .by.stratum`;

/** Adds `data stats`: what is in a set of tuples. */
export function addDataStats(data: Command, done: (code: number) => void): void {
  data
    .command('stats')
    .description('count tuples: keeps and rewrites, by source, lengths, duplicates, splits that overlap')
    .argument('<files...>', 'tuples (JSONL), or folders of them')
    .option('--json', 'print one JSON object')
    .option('--no-color', 'plain text (as with NO_COLOR)')
    .addHelpText('after', help)
    .action(async (files: string[], flags: StatsFlags) => done(await stats(files, flags)));
}

async function stats(files: readonly string[], { json, color }: StatsFlags): Promise<number> {
  const found = await withProgress('Counting', dataStats(readTuples(files)));
  const { stdout } = process;
  if (json) stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  else stdout.write(statsTable(found, createPaint(usesColours(stdout, color))));
  return found.overlaps.length === 0 ? EXIT.ok : EXIT.failure;
}
