import { writeReport } from '@stream-aligner/lab';
import type { Command } from 'commander';
import { counted } from '../../data/counted.ts';
import { EXIT } from '../../exit-codes.ts';
import { openInBrowser } from '../../terminal/open-in-browser.ts';

interface ReportFlags {
  out: string;
  title?: string;
  open?: boolean;
  json?: boolean;
}

const help = `
A run is a folder that "eval run" wrote and ended. Several make one report: runs with other upstreams and aligners stand
beside each other, a line for each pair.

The folder holds index.html, one page that needs nothing else (send it to anyone, print it), and figures/ with each figure
as SVG and PNG. The page says in short what the numbers show, whichever way; then by task quality by rounds, sizes, time
against quality, distributions, every table with its 95 % intervals, the answers that became worse, and answers to browse.

Examples:
  $ stream-aligner eval report run --out report --open
  $ stream-aligner eval report runs/*/ --out report --title "Which aligner for our support bot?"`;

/** Adds `eval report`: runs as a page and figures. */
export function addReport(parent: Command, done: (code: number) => void): void {
  parent
    .command('report')
    .description('draw what runs have measured: one page, and figures')
    .argument('<runs...>', 'folders of ended runs')
    .requiredOption('-o, --out <folder>', 'where the report goes; files of the same names are replaced')
    .option('--title <text>', "the page's title")
    .option('--open', 'show the page in the browser')
    .option('--json', 'print one JSON object: { page, bytes, figures, notes }')
    .addHelpText('after', help)
    .action(async (runs: string[], flags: ReportFlags) => done(await report(runs, flags)));
}

async function report(runs: readonly string[], { out, title, open, json }: ReportFlags): Promise<number> {
  const written = await writeReport({ runs, out, ...(title !== undefined && { title }) });
  const { stdout, stderr } = process;
  if (json) stdout.write(`${JSON.stringify(written, null, 2)}\n`);
  else {
    for (const note of written.notes) stderr.write(`Note: ${note}\n`);
    stdout.write(`${written.page}\n`);
    stderr.write(`${counted(written.figures.length)} files of figures are in figures/ beside it.\n`);
  }
  if (open && !(await openInBrowser(written.page)))
    stderr.write('No browser could be started here. Open that file in one.\n');
  return EXIT.ok;
}
