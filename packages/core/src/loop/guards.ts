import type { SegmentKind } from '../segmenter/segment.ts';

const FENCE_LINE = /^[ \t]*(?:>[ \t]*)*(`{3,}|~{3,})/gm;
const URL = /\bhttps?:\/\/[^\s<>"'`)\]]+[^\s<>"'`)\].,;:!?]/gi;
const NUMBER = /\d+(?:[.,:/]\d+)*/g;

/** What a policy can have left alone in rewrites. */
export type Protected = 'urls' | 'numbers';

/** Longest rewrite that is believed, in code units: anything longer is an aligner that ran away. */
export function longestRewrite(draft: string): number {
  return 400 + 4 * draft.length;
}

/** A rewrite and the draft that it would stand for. */
export interface Rewriting {
  kind: SegmentKind;
  draft: string;
  /** The rewrite, trimmed. */
  text: string;
  protect?: readonly Protected[];
}

/**
 * What is wrong with a rewrite's shape, in words, or null. A rewrite may not open or close a code fence that the draft
 * did not, nor turn a fence into something else: everything after it would change its meaning. A table keeps its
 * columns, JSON stays JSON, and what the policy protects stays as it is. A deletion breaks nothing.
 */
export function structureFault(rewriting: Rewriting): string | null {
  const { draft, text } = rewriting;
  if (text.length > longestRewrite(draft))
    return `the rewrite has ${text.length} characters; at most ${longestRewrite(draft)} are believed`;
  return fenceFault(rewriting) ?? (text === '' ? null : contentFault(rewriting));
}

function contentFault(rewriting: Rewriting): string | null {
  const { draft, text, protect = [] } = rewriting;
  if (rewriting.kind === 'table' && breaksTable(draft, text))
    return 'the rewrite changes the columns of a table';
  if (jsonFault(rewriting)) return 'the rewrite is no longer valid JSON';
  if (protect.includes('urls') && !sameAll(draft, text, URL)) return 'the rewrite changes a protected URL';
  if (protect.includes('numbers') && !sameAll(draft, text, NUMBER))
    return 'the rewrite changes a protected number';
  return null;
}

function fenceFault({ kind, draft, text }: Rewriting): string | null {
  const [before, after] = [fencesOf(draft), fencesOf(text)];
  if (before.length % 2 !== after.length % 2)
    return 'the rewrite leaves a code fence open or closes one it did not open';
  if (kind === 'code' && before[0] !== after[0]) return 'the rewrite takes a code block out of its fence';
  return null;
}

/** JSON, as a whole answer or in a fence marked `json`, must still be JSON where it was. */
function jsonFault({ kind, draft, text }: Rewriting): boolean {
  const body = kind === 'json' ? (whole: string) => whole : kind === 'code' ? fencedJson : null;
  const before = body?.(draft);
  if (before == null || !isJson(before)) return false;
  const after = body?.(text);
  return after == null || !isJson(after);
}

function fencedJson(text: string): string | null {
  const lines = text.split(/\r?\n/);
  return /^\s*(`{3,}|~{3,})\s*jsonc?\b/i.test(lines[0] ?? '') ? lines.slice(1, -1).join('\n') : null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function fencesOf(text: string): string[] {
  return [...text.matchAll(FENCE_LINE)].map((match) => match[1] ?? '');
}

/** Whether a row of the rewrite has as many columns as no row of the table had. What is no table any more breaks none. */
function breaksTable(draft: string, text: string): boolean {
  const [, delimiter = ''] = draft.split('\n');
  if (!/^[\s|:-]+$/.test(delimiter)) return false;
  const had = new Set(rowsOf(draft).map(columnsOf));
  return rowsOf(text).some((row) => !had.has(columnsOf(row)));
}

function rowsOf(table: string): string[] {
  return table.split('\n').filter((line) => line.trimStart().startsWith('|'));
}

/** The columns of a table's row; bars that are escaped or in code do not count. */
function columnsOf(row: string): number {
  const bars = row
    .replace(/\\.|`[^`]*`/g, '')
    .trim()
    .replace(/^\||\|$/g, '');
  return bars.split('|').length;
}

/** Whether two texts hold the same matches, equally often, in whatever order. */
function sameAll(one: string, other: string, pattern: RegExp): boolean {
  const [left, right] = [one, other].map((text) => (text.match(pattern) ?? []).toSorted());
  return JSON.stringify(left) === JSON.stringify(right);
}
