import { IMPORT_LAYOUTS, type ImportLayout, importRows, LEAST_SIMILARITY } from '@stream-aligner/lab';
import { type Command, Option } from 'commander';
import { counted, percent, reasons } from '../../data/counted.ts';
import { EXIT } from '../../exit-codes.ts';
import { shareOption } from '../../terminal/options.ts';
import { withProgress } from '../../terminal/progress.ts';
import { openOut, STANDARD_OUTPUT, writeOut } from '../../terminal/write-out.ts';

interface ImportFlags {
  from: ImportLayout | 'auto';
  out: string;
  leastSimilarity: number;
  upstream?: string;
  annotator?: string;
  aside?: string;
}

const help = `
Layouts (JSONL, or one JSON array of any size):
  stream-aligner  the published data's: { question, prefix, last, correction }
  aligner         whole answers: { question, answer, correction }
  preference      { prompt or messages, chosen, rejected }, or HH-RLHF's dialogues: rejected is the draft of chosen
  trl, messages   what "data export" writes

Whole answers are cut into sentences, and the sentences of draft and correction aligned: one that stayed is a keep, one
that changed a rewrite; added ones join a neighbour; one that was struck out becomes the draft of what follows it. Answers
that were written anew rather than corrected have nothing to align and are set aside, with the reason (--aside keeps them).

Examples:
  $ stream-aligner data import math.json -o tuples.jsonl
  $ stream-aligner data import aligner-20k.jsonl --aside not-aligned.jsonl -o tuples.jsonl
  $ stream-aligner data import pairs.jsonl --from preference --least-similarity 0.6 | head`;

/** Adds `data import`: published correction data as tuples. */
export function addDataImport(data: Command, done: (code: number) => void): void {
  data
    .command('import')
    .description('turn published correction data, whole answers included, into tuples')
    .argument('<files...>', 'files to read')
    .addOption(
      new Option('--from <layout>', "the files' layout; auto tells it by the fields of the first row")
        .choices(['auto', ...IMPORT_LAYOUTS])
        .default('auto'),
    )
    .option('-o, --out <file>', 'the tuples (JSONL); "-" is the standard output', STANDARD_OUTPUT)
    .option('--aside <file>', 'write rows that gave no tuples there, each with its reason (JSONL)')
    .option(
      '--least-similarity <share>',
      'how alike drafts and corrections of a whole answer must be, 0 to 1',
      shareOption,
      LEAST_SIMILARITY,
    )
    .option('--upstream <name>', 'who wrote the drafts, for rows that do not say')
    .option('--annotator <name>', 'who wrote the corrections, for rows that do not say')
    .addHelpText('after', help)
    .action(async (files: string[], flags: ImportFlags) => done(await importData(files, flags)));
}

/** What an import came to so far. */
interface Counts {
  rows: number;
  tuples: number;
  keeps: number;
  setAside: Record<string, number>;
}

async function importData(files: readonly string[], flags: ImportFlags): Promise<number> {
  const counts: Counts = { rows: 0, tuples: 0, keeps: 0, setAside: {} };
  const { out, aside, ...options } = flags;
  const asides = aside === undefined ? null : await openOut(aside);
  async function* lines() {
    for await (const result of importRows({ files, ...options })) {
      counts.rows += 1;
      if ('setAside' in result) {
        const { where, setAside, row } = result;
        counts.setAside[setAside] = (counts.setAside[setAside] ?? 0) + 1;
        await asides?.write(`${JSON.stringify({ where, reason: setAside, row })}\n`);
        continue;
      }
      for (const record of result.records) {
        counts.tuples += 1;
        if (record.provenance.action === 'keep') counts.keeps += 1;
        yield `${JSON.stringify(record)}\n`;
      }
    }
  }
  try {
    await withProgress('Importing', writeOut(out, lines()));
    await asides?.finish();
  } finally {
    await asides?.abandon();
  }
  process.stderr.write(`${summary(counts)}\n`);
  return counts.tuples > 0 ? EXIT.ok : EXIT.failure;
}

function summary({ rows, tuples, keeps, setAside }: Counts): string {
  const share = tuples === 0 ? '' : ` (${percent(keeps / tuples)} keeps)`;
  return `${counted(tuples)} tuples${share} from ${counted(rows)} rows.${reasons('Set aside', setAside)}`;
}
