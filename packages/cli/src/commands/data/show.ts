import {
  diffWords,
  isKeep,
  readTuples,
  type RowFilter,
  type Sample,
  samplePage,
  sampleTuples,
} from '@stream-aligner/lab';
import { type Command, Option } from 'commander';
import { counted } from '../../data/counted.ts';
import { renderRow } from '../../data/render-row.ts';
import { EXIT } from '../../exit-codes.ts';
import { whole } from '../../terminal/options.ts';
import { showPaged } from '../../terminal/pager.ts';
import { createPaint, usesColours } from '../../terminal/paint.ts';
import { withProgress } from '../../terminal/progress.ts';
import { writeOut } from '../../terminal/write-out.ts';

interface ShowFlags extends RowFilter {
  count: number;
  seed: number;
  json?: boolean;
  html?: string;
  color: boolean;
}

const help = `
Rows are taken by chance, the same ones for the same --seed, and shown in the order of the files. Rewrites show what the
correction takes away and puts in, by words: in red and green on a terminal, else as [-old-]{+new+}. What is longer than
the screen goes through PAGER (default: less).

Examples:
  $ stream-aligner data show my-data --action rewrite
  $ stream-aligner data show my-data/train.jsonl --match refund --round 1 -n 50
  $ stream-aligner data show my-data -n 500 --html sample.html    one page to browse, or to send to who decides`;

/** Adds `data show`: some tuples, to be read. */
export function addDataShow(data: Command, done: (code: number) => void): void {
  data
    .command('show')
    .description('look at a sample of tuples, with what each correction changes')
    .argument('<files...>', 'tuples (JSONL), or folders of them')
    .option('-n, --count <rows>', 'how many at most', whole, 20)
    .option('--seed <number>', 'another seed takes other rows', whole, 1)
    .addOption(new Option('--action <action>', 'only these').choices(['keep', 'rewrite']))
    .option('--match <text>', 'only rows with this text in any of their fields')
    .option('--round <number>', 'only sentences of this round; 1 is the first', whole)
    .option('--upstream <name>', 'only drafts of this upstream')
    .option('--annotator <name>', 'only corrections of this annotator')
    .option('--stratum <name>', 'only this stratum')
    .addOption(new Option('--html <file>', 'write one self-contained page').conflicts('json'))
    .option('--json', 'print one JSON object: { total, matching, rows: [{ where, diff, … }] }')
    .option('--no-color', 'plain text (as with NO_COLOR)')
    .addHelpText('after', help)
    .action(async (files: string[], flags: ShowFlags) => done(await show(files, flags)));
}

async function show(files: readonly string[], flags: ShowFlags): Promise<number> {
  const { count, seed, json, html, color, ...filter } = flags;
  const sample = await withProgress('Reading', sampleTuples(readTuples(files), { filter, count, seed }));
  const { stdout, stderr } = process;
  if (html !== undefined) {
    await writeOut(html, samplePage(sample, files.join(', ')));
    stderr.write(`${counted(sample.rows.length)} rows written to ${html}.\n`);
  } else if (json) stdout.write(`${JSON.stringify(asJson(sample), null, 2)}\n`);
  else {
    const paint = createPaint(usesColours(stdout, color));
    await showPaged([...sample.rows.map((row) => renderRow(row, paint)), summary(sample)].join('\n'));
  }
  return EXIT.ok;
}

function summary({ rows, matching, total }: Sample): string {
  const of = matching === total ? counted(total) : `${counted(matching)} that match, of ${counted(total)}`;
  return `${counted(rows.length)} rows of ${of}\n`;
}

function asJson({ rows, matching, total }: Sample) {
  const shown = rows.map(({ tuple, where }) => ({
    where,
    ...tuple,
    action: isKeep(tuple) ? 'keep' : 'rewrite',
    diff: diffWords(tuple.last, tuple.correction),
  }));
  return { total, matching, rows: shown };
}
