import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VERSION } from '../data/version.ts';
import { writeWhole } from '../folder/write-whole.ts';
import { cannotWrite } from '../folder/append-log.ts';
import { embed } from './answers/embed.ts';
import { gather } from './answers/gather.ts';
import { type Figure, openDrawing } from './figures/drawing.ts';
import { openPainter } from './figures/png.ts';
import { standaloneSvg } from './figures/svg.ts';
import { taskFigures, type TaskOfRun } from './figures/task-figures.ts';
import { reportPage } from './page.ts';
import { type ReportRun, readRuns } from './read-runs.ts';

export interface ReportOptions {
  /** Folders of ended runs. */
  runs: readonly string[];
  /** The folder to write; it is made if it is not there. Files of the same names are replaced. */
  out: string;
  /** Default: "Does it align?" and the tasks. */
  title?: string;
  /** TrueType or OpenType fonts for the PNG files. Default: the best of the system's. */
  fontFiles?: readonly string[];
}

export interface WrittenReport {
  /** The page. */
  page: string;
  bytes: number;
  /** The figures' files. */
  figures: string[];
  /** What a reader must know: damage, and what cannot be compared. Those about the runs stand in the page as well. */
  notes: string[];
}

/** Of a task in one run. */
const LIMITS = { losses: 200, sample: 200 };
/** Of the answers in the page, in characters: with losses and figures it stays below 3 MB. */
const MAX_EMBEDDED = 1_300_000;
/** Losses of all tasks and runs that the page spells out. */
const MAX_LOSSES = 200;

/**
 * Writes `index.html`, a page that needs nothing else, and its figures as SVG and PNG. Throws `invalid-request` for runs
 * that cannot be reported (see `readRuns`), and for a folder that cannot be written.
 */
export async function writeReport({
  runs: folders,
  out,
  title,
  fontFiles,
}: ReportOptions): Promise<WrittenReport> {
  const runs = await readRuns(folders);
  const damaged: string[] = [];
  const gathered = await Promise.all(
    runs.map(async (run) => ({
      run,
      tasks: await gather(run, { limits: LIMITS, onDamaged: (where) => damaged.push(where) }),
    })),
  );
  const names = [...new Set(gathered.flatMap(({ tasks }) => tasks.map(({ task }) => task.task)))];
  const lists = gathered.flatMap(({ tasks }) => tasks.map(({ losses }) => losses));
  shareOut(lists, MAX_LOSSES);
  const drawing = await openDrawing();
  const tasks = names.map((name) => {
    const own = gathered.flatMap(({ run, tasks }, index): TaskOfRun[] =>
      tasks
        .filter(({ task }) => task.task === name)
        .map((one) => ({ run, at: { index, label: run.label, task: one.task }, gathered: one })),
    );
    return { name, runs: own, figures: taskFigures(drawing, own) };
  });
  const notes = notesOn(runs, damaged);
  const page = join(out, 'index.html');
  const text = reportPage({
    title: title ?? `Does it align? ${names.join(', ')}`,
    runs,
    tasks,
    embedded: embed(gathered, { maxBytes: MAX_EMBEDDED }),
    notes,
  });
  const figures = tasks.flatMap(({ figures: { byRounds, sizes, runs } }) => [
    ...byRounds,
    ...sizes,
    ...runs.flatMap(({ pipelines, distributions, latency }) => [...pipelines, ...distributions, ...latency]),
  ]);
  const written = await writeFigures(figures, { folder: join(out, 'figures'), fontFiles: fontFiles ?? [] });
  const file = await writeWhole(page);
  try {
    await file.write(text);
    await file.finish();
  } finally {
    await file.abandon();
  }
  return {
    page,
    bytes: Buffer.byteLength(text),
    figures: written.files,
    notes: [...notes, ...written.notes],
  };
}

async function writeFigures(
  figures: readonly Figure[],
  { folder, fontFiles }: { folder: string; fontFiles: readonly string[] },
): Promise<{ files: string[]; notes: string[] }> {
  const painter = await openPainter(fontFiles);
  const files: string[] = [];
  const write = async (name: string, content: string | Uint8Array) => {
    const path = join(folder, name);
    await writeFile(path, content);
    files.push(path);
  };
  try {
    await mkdir(folder, { recursive: true });
    for (const figure of figures) {
      const svg = standaloneSvg(figure);
      await write(`${figure.name}.svg`, svg);
      if ('paint' in painter) await write(`${figure.name}.png`, painter.paint(svg));
    }
  } catch (cause) {
    throw cannotWrite(folder, cause);
  }
  const notes = 'cannot' in painter ? [`The figures are there as SVG only: ${painter.cannot}.`] : [];
  return { files, notes };
}

/** Cuts lists to a number of items in all, in turns, so that a long one takes no place that a short one needs. */
export function shareOut(lists: readonly unknown[][], most: number): void {
  let room = most;
  let cut = 0;
  while (room > 0 && lists.some((list) => list.length > cut)) {
    room -= lists.filter((list) => list.length > cut).length;
    if (room >= 0) cut += 1;
  }
  for (const list of lists) list.splice(cut);
}

function notesOn(runs: readonly ReportRun[], damaged: readonly string[]): string[] {
  const notes: string[] = [];
  const values = <T>(of: (run: ReportRun['summary']['run']) => T) => [
    ...new Set(runs.map(({ summary }) => of(summary.run))),
  ];
  const versions = values(({ version }) => version);
  if (versions.length > 1)
    notes.push(
      `The runs were made by different versions (${versions.join(', ')}): what differs may be the program's doing. Run them again with one version to be sure.`,
    );
  else if (versions[0] !== undefined && versions[0] !== VERSION)
    notes.push(`The runs were made by version ${versions[0]}, this report by ${VERSION}.`);
  const concurrency = values(({ concurrency }) => concurrency);
  if (concurrency.length > 1)
    notes.push(
      `The runs had different numbers of answers at once (${concurrency.join(', ')}): their times cannot be compared.`,
    );
  const temperatures = values(({ temperature }) => temperature);
  if (temperatures.length > 1)
    notes.push(`The runs had different temperatures (${temperatures.join(', ')}).`);
  if (runs.some(({ summary }) => summary.tasks.length === 0)) notes.push('A run has no task.');
  if (damaged.length > 0)
    notes.push(
      `Lines of results that could not be read, and are not among the answers shown: ${damaged.length}, the first at ${damaged[0] ?? ''}. The numbers come from the summary and hold.`,
    );
  return notes;
}
