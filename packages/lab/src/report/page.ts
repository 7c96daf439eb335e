import { hash } from 'node:crypto';
import { markup, type Markup, trusted } from '../html/markup.ts';
import { VERSION } from '../data/version.ts';
import type { Embedded } from './answers/embed.ts';
import { BROWSE_SCRIPT } from './browse-script.ts';
import { browseSection } from './browse-section.ts';
import type { TaskFigures, TaskOfRun } from './figures/task-figures.ts';
import { formatCount } from './format.ts';
import { inShort } from './in-short.ts';
import { lossesSection } from './losses-section.ts';
import type { ReportRun } from './read-runs.ts';
import { STYLE } from './style.ts';
import { dateOf, stampTable } from './tables/run-tables.ts';
import { sectionId, taskSection } from './task-section.ts';

export interface PageParts {
  title: string;
  runs: readonly ReportRun[];
  /** By task, in their order. */
  tasks: readonly { name: string; runs: readonly TaskOfRun[]; figures: TaskFigures }[];
  embedded: Embedded;
  /** What a reader must know before the numbers: what was damaged, what cannot be compared. */
  notes: readonly string[];
}

/** A report as one page that needs nothing else: its policy lets nothing in but the style and the script it was made with. */
export function reportPage({ title, runs, tasks, embedded, notes }: PageParts): string {
  const all = tasks.flatMap(({ runs }) => runs);
  const links: [string, string][] = [
    ['short', 'In short'],
    ...tasks.map(({ name }): [string, string] => [sectionId(name), name]),
    ['losses', 'Losses'],
    ['answers', 'Answers'],
    ['runs', 'The runs'],
  ];
  const body = markup`<header>
      <h1>${title}</h1>
      <p>${subtitle(runs)}</p>
      <nav aria-label="Sections">
        <ul>
          ${links.map(([id, text]) => markup`<li><a href="#${id}">${text}</a></li>`)}
        </ul>
      </nav>
    </header>
    <main>
      <section class="short" id="short">
        <h2>In short</h2>
        ${inShort(all)}${notesList(notes)}
      </section>
      ${tasks.map(({ name, runs, figures }) => taskSection(name, runs, figures))} ${lossesSection(all)}
      ${browseSection(embedded)}
      <section id="runs">
        <h2>The runs</h2>
        ${runs.map(stampTable)}
      </section>
      ${READING}
    </main>
    <footer>
      Made by stream-aligner ${VERSION}. The figures are beside this page, in figures/, as SVG and PNG.
    </footer>`;
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        ${trusted(`<style>${STYLE}</style>`)}
      </head>
      <body>
        ${body}
      </body>
    </html> `.text;
}

const sourceOf = (text: string) => `'sha256-${hash('sha256', text, 'base64')}'`;

const POLICY = `default-src 'none'; style-src ${sourceOf(STYLE)}; script-src ${sourceOf(BROWSE_SCRIPT)}; base-uri 'none'; form-action 'none'`;

function subtitle(runs: readonly ReportRun[]): string {
  const count = (number: number, noun: string) => `${formatCount(number)} ${noun}${number === 1 ? '' : 's'}`;
  const examples = runs
    .flatMap(({ summary }) => summary.tasks)
    .reduce((sum, { examples }) => sum + examples, 0);
  const [first] = runs.map(({ summary }) => summary.began).toSorted();
  const when = first === undefined ? '' : `, from ${dateOf(first)} on`;
  return `${count(runs.length, 'run')}, ${count(examples, 'example')} answered by every method${when}`;
}

const notesList = (notes: readonly string[]): Markup | null =>
  notes.length === 0
    ? null
    : markup`<ul class="notes" aria-label="Before you compare">
        ${notes.map((note) => markup`<li>${note}</li>`)}
      </ul>`;

const READING = markup`<section id="reading">
  <h2>How to read this</h2>
  <p>
    Every number is followed by its 95 % interval. Shares have Wilson's; means and differences the percentile
    bootstrap's, resampled by example; medians that of order statistics. A difference or net win rate is taken
    example by example against the raw answer to the same question. ▲ and ▼ mark those whose interval excludes
    0; with many comparisons in one table, one in twenty would do so by chance.
  </p>
  <p>
    Net win rate: answers that became better less those that became worse, of all. McNemar: how likely so
    uneven a split of gained and lost is, if neither is better. Of sentences: kept as drafted; good as drafted;
    fixed, bad drafts that became good; changed (over-edited), good drafts that were not kept. Edited: words
    that differ from the raw answer, as a share of the longer of both. An answer that failed counts as the
    empty text.
  </p>
  <p>
    Times are medians on the machine of the run, and comparable only between runs with as many answers at
    once. Discarded tokens are those the upstream wrote for nothing. Methods with fewer rounds may take their
    text from the run with all rounds, so that their total time is an upper bound: ≤ says for how many.
  </p>
</section>`;
