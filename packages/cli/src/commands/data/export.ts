import {
  EXPORT_LAYOUTS,
  type ExportCounts,
  type ExportLayout,
  exportTuples,
  readTuples,
} from '@stream-aligner/lab';
import { type Command, Option } from 'commander';
import { counted, reasons } from '../../data/counted.ts';
import { EXIT } from '../../exit-codes.ts';
import { withProgress } from '../../terminal/progress.ts';
import { STANDARD_OUTPUT, writeOut } from '../../terminal/write-out.ts';

interface ExportFlags {
  to: ExportLayout;
  out: string;
}

const help = `
Layouts:
  stream-aligner  the published data's: one JSON array of { question, prefix, last, correction }
  trl             { "prompt": [user turn], "completion": [assistant turn] } a line, for TRL's SFTTrainer
  messages        { "messages": [user turn, assistant turn] } a line
  aligner         { question, answer, correction } a line: whole answers, joined from all tuples of an answer
  tuples          our own, provenance included, a line

The turns are the text of the stream-aligner contract, escaped as when serving. Whole answers need every round: export
them from the answers.jsonl of a build's folder, whose rows no filter has thinned.

Examples:
  $ stream-aligner data export my-data --to trl -o sft.jsonl         a folder stands for its splits
  $ stream-aligner data export my-data/train.jsonl --to messages | head -1
  $ stream-aligner data export my-data/answers.jsonl --to aligner -o whole.jsonl`;

/** Adds `data export`: tuples in the layouts that others train on. */
export function addDataExport(data: Command, done: (code: number) => void): void {
  data
    .command('export')
    .description('write tuples in the layouts that trainers and published models use')
    .argument('<files...>', 'tuples (JSONL), or folders of them')
    .addOption(new Option('--to <layout>', 'the layout').choices(EXPORT_LAYOUTS).makeOptionMandatory())
    .option('-o, --out <file>', 'the file to write; "-" is the standard output', STANDARD_OUTPUT)
    .addHelpText('after', help)
    .action(async (files: string[], flags: ExportFlags) => done(await exportData(files, flags)));
}

async function exportData(files: readonly string[], { to, out }: ExportFlags): Promise<number> {
  const counts: ExportCounts = { rows: 0, leftOut: {} };
  await withProgress('Exporting', writeOut(out, exportTuples(readTuples(files), { to, counts })));
  const what = to === 'aligner' ? 'whole answers' : 'rows';
  process.stderr.write(`${counted(counts.rows)} ${what} written.${reasons('Left out', counts.leftOut)}\n`);
  return counts.rows > 0 ? EXIT.ok : EXIT.failure;
}
