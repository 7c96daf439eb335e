import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { createSegmenter, type Segment, segmentText } from '@stream-aligner/core';

/** A row of data/segmentation. */
interface GoldRow {
  id: string;
  lang: string;
  text: string;
  spans: [number, number][];
  verbatim: boolean;
  conflict?: boolean;
  tier: string;
}

/** Gives the code-unit positions at which sentences end, the last one left out. */
type Cutter = (text: string, lang: string) => Set<number>;

interface Score {
  rows: number;
  exact: number;
  hits: number;
  predicted: number;
  gold: number;
}

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    json: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    splits: { type: 'string', default: '3' },
    misses: { type: 'boolean', default: false },
    sentencex: { type: 'string' },
  },
});
const root = fileURLToPath(new URL('../../../', import.meta.url));
const data = path.resolve(values.data ?? path.join(root, '../shared/data'));

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function readRows<Row>(folder: string): Promise<{ file: string; row: Row }[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.jsonl')).sort();
  const rows: { file: string; row: Row }[] = [];
  for (const file of names) {
    for (const line of (await readFile(path.join(folder, file), 'utf8')).split('\n')) {
      if (line !== '') rows.push({ file, row: JSON.parse(line) as Row });
    }
  }
  return rows;
}

/** Ends of pieces (whitespace after them left out), from pieces that joined give the text. */
function endsOf(text: string, pieces: Iterable<string>): Set<number> {
  const ends = new Set<number>();
  const whole = text.trimEnd().length;
  let at = 0;
  for (const piece of pieces) {
    at += piece.length;
    const end = at - (piece.length - piece.trimEnd().length);
    if (piece.trim() !== '' && end < whole) ends.add(end);
  }
  return ends;
}

function ours(text: string): Set<number> {
  return endsOf(
    text,
    segmentText(text).map((segment) => segment.text),
  );
}

function intl(text: string, lang: string): Set<number> {
  const segmenter = new Intl.Segmenter(lang, { granularity: 'sentence' });
  return endsOf(
    text,
    Array.from(segmenter.segment(text), (piece) => piece.segment),
  );
}

/** The npm library, found from the working directory or `--sentencex`; it is no dependency of this project. */
async function loadSentencex(): Promise<Cutter | null> {
  try {
    const from = path.resolve(values.sentencex ?? process.cwd(), 'package.json');
    const found = createRequire(from).resolve('sentencex');
    const library = (await import(pathToFileURL(found).href)) as Record<string, unknown>;
    const inner = library['default'] as Record<string, unknown> | undefined;
    const segment = library['segment'] ?? inner?.['segment'];
    if (typeof segment !== 'function') return null;
    return (text, lang) => {
      const ends = new Set<number>();
      const whole = text.trimEnd().length;
      let at = 0;
      for (const sentence of segment(lang, text) as string[]) {
        const core = sentence.trim();
        const start = text.indexOf(core, at);
        if (core === '' || start < 0) continue;
        at = start + core.length;
        if (at < whole) ends.add(at);
      }
      return ends;
    };
  } catch {
    return null;
  }
}

function goldEnds(row: GoldRow): Set<number> {
  const points = Array.from(row.text);
  const units: number[] = [0];
  for (const point of points) units.push((units.at(-1) ?? 0) + point.length);
  return new Set(row.spans.slice(0, -1).map(([, end]) => units[end] ?? 0));
}

function add(score: Score, gold: Set<number>, predicted: Set<number>): void {
  const hits = [...predicted].filter((end) => gold.has(end)).length;
  score.rows++;
  score.hits += hits;
  score.predicted += predicted.size;
  score.gold += gold.size;
  if (hits === gold.size && hits === predicted.size) score.exact++;
}

function report(score: Score): Record<string, number> {
  const precision = score.predicted === 0 ? 1 : score.hits / score.predicted;
  const recall = score.gold === 0 ? 1 : score.hits / score.gold;
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return {
    rows: score.rows,
    boundaries: score.gold,
    precision,
    recall,
    f1,
    exact: score.exact / score.rows,
    // Every row's last sentence end counted too, as some papers do; nobody can miss it.
    precisionWithLast: (score.hits + score.rows) / (score.predicted + score.rows),
    recallWithLast: (score.hits + score.rows) / (score.gold + score.rows),
  };
}

/** For each boundary: code units pushed after a segment's last character when it was given out. */
function delays(text: string): number[] {
  const found: number[] = [];
  const segmenter = createSegmenter();
  let given = 0;
  for (let at = 0; at < text.length; at++) {
    for (const segment of segmenter.push(text.charAt(at))) {
      given += segment.text.length;
      found.push(at + 1 - given);
    }
  }
  return found;
}

function quantile(sorted: number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

function spread(list: number[]): { boundaries: number; median: number; p95: number; max: number } {
  const sorted = list.toSorted((a, b) => a - b);
  return {
    boundaries: sorted.length,
    median: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    max: sorted.at(-1) ?? 0,
  };
}

/** A small generator (mulberry32), so that a run can be repeated from its seed. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function segmentInPieces(text: string, nextLength: () => number): Segment[] {
  const segmenter = createSegmenter();
  const segments: Segment[] = [];
  for (let at = 0; at < text.length;) {
    const length = Math.max(1, nextLength());
    segments.push(...segmenter.push(text.slice(at, at + length)));
    at += length;
  }
  return [...segments, ...segmenter.flush()];
}

async function evaluateGold(): Promise<Record<string, Record<string, Record<string, number>>>> {
  const sentencex = await loadSentencex();
  if (!sentencex) print('sentencex is not installed here: its column is left out.');
  const cutters: [string, Cutter][] = [
    ['ours', ours],
    ['Intl.Segmenter', intl],
    ...(sentencex ? [['sentencex', sentencex] as [string, Cutter]] : []),
  ];
  const scores = new Map<string, Map<string, Score>>();
  for (const { row } of await readRows<GoldRow>(path.join(data, 'segmentation'))) {
    if (!row.verbatim || row.conflict === true) continue;
    const group = `${row.tier} ${row.lang === 'en' ? 'English' : 'others'}`;
    const byCutter = scores.get(group) ?? new Map<string, Score>();
    scores.set(group, byCutter);
    const gold = goldEnds(row);
    for (const [name, cutter] of cutters) {
      const score = byCutter.get(name) ?? { rows: 0, exact: 0, hits: 0, predicted: 0, gold: 0 };
      byCutter.set(name, score);
      const predicted = cutter(row.text, row.lang);
      add(score, gold, predicted);
      if (name === 'ours' && values.misses) printMisses(group, row, gold, predicted);
    }
  }
  return Object.fromEntries(
    [...scores].map(([group, byCutter]) => [
      group,
      Object.fromEntries([...byCutter].map(([name, score]) => [name, report(score)])),
    ]),
  );
}

function printMisses(group: string, row: GoldRow, gold: Set<number>, predicted: Set<number>): void {
  const show = (end: number) =>
    JSON.stringify(`${row.text.slice(Math.max(0, end - 40), end)}⏐${row.text.slice(end, end + 30)}`);
  for (const end of predicted) if (!gold.has(end)) print(`${group} ${row.lang} ${row.id} false ${show(end)}`);
  for (const end of gold)
    if (!predicted.has(end)) print(`${group} ${row.lang} ${row.id} missed ${show(end)}`);
}

async function evaluateAnswers(): Promise<Record<string, unknown>> {
  const seed = Number(values.seed);
  const random = randomFrom(seed);
  const waited: number[] = [];
  const kinds: Record<string, number> = {};
  let answers = 0;
  let unequal = 0;
  let characters = 0;
  for (const { row } of await readRows<{ output: string }>(path.join(data, 'llm_answers'))) {
    const whole = segmentText(row.output);
    const expected = JSON.stringify(whole);
    answers++;
    characters += row.output.length;
    for (const segment of whole) kinds[segment.kind] = (kinds[segment.kind] ?? 0) + 1;
    let equal = whole.map((segment) => segment.text).join('') === row.output;
    for (let split = 0; split < Number(values.splits); split++) {
      const longest = 1 + Math.floor(random() * 40);
      const pieces = segmentInPieces(row.output, () => Math.floor(random() * longest));
      equal &&= JSON.stringify(pieces) === expected;
    }
    if (!equal) unequal++;
    for (const delay of delays(row.output)) waited.push(delay);
  }
  return {
    seed,
    answers,
    characters,
    splitsEach: Number(values.splits),
    unequal,
    kinds,
    delay: spread(waited),
  };
}

function printTable(gold: Awaited<ReturnType<typeof evaluateGold>>): void {
  print('tier and group       by               rows  bounds  precision  recall     F1  rows right');
  for (const [group, byCutter] of Object.entries(gold)) {
    for (const [name, found] of Object.entries(byCutter)) {
      const figures = ['precision', 'recall', 'f1', 'exact'].map((key) =>
        (found[key] ?? 0).toFixed(3).padStart(8),
      );
      const counts = ['rows', 'boundaries'].map((key) => String(found[key]).padStart(6));
      print(`${group.padEnd(20)} ${name.padEnd(15)} ${counts.join(' ')}  ${figures.join(' ')}`);
    }
  }
}

async function main(): Promise<void> {
  try {
    await readdir(path.join(data, 'segmentation'));
  } catch {
    print('Skipped: the shared evaluation data are not here. Name their folder with --data DIR.');
    return;
  }
  const gold = await evaluateGold();
  const answers = await evaluateAnswers();
  if (values.json) print(JSON.stringify({ gold, answers }, null, 2));
  else {
    printTable(gold);
    print(`answers: ${JSON.stringify(answers)}`);
  }
}

await main();
