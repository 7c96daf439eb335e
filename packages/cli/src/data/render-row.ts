import { diffWords, isKeep, type TupleRow } from '@stream-aligner/lab';
import type { Paint } from '../terminal/paint.ts';
import { printable } from '../terminal/printable.ts';

/** How much of a prefix is shown: its end, in characters. */
const PREFIX_SHOWN = 300;

/**
 * One tuple for people. The draft stands with what the correction takes away and puts in: in red and green, or without
 * colours as [-old-]{+new+}.
 */
export function renderRow({ tuple, where }: TupleRow, paint: Paint): string {
  const { question, prefix, provenance } = tuple;
  const action = isKeep(tuple) ? paint('cyan', 'keep') : paint('yellow', 'rewrite');
  const facts = provenance
    ? [`round ${provenance.round}`, provenance.upstream, provenance.annotator, ...(provenance.strata ?? [])]
    : [];
  const title = [where, ...facts].map(printable).join(' · ');
  const sentence = isKeep(tuple) ? printable(tuple.last) : diffText(tuple.last, tuple.correction, paint);
  const lines = [
    `${action} ${paint('dim', title)}`,
    field('question', printable(question), paint),
    ...(prefix === '' ? [] : [field('prefix', paint('dim', printable(endOf(prefix))), paint)]),
    field('draft', sentence, paint),
  ];
  return `${lines.join('\n')}\n`;
}

function diffText(before: string, after: string, paint: Paint): string {
  const marked = {
    same: (text: string) => text,
    old: (text: string) => (paint.colours ? paint(['red', 'strikethrough'], text) : `[-${text}-]`),
    new: (text: string) => (paint.colours ? paint('green', text) : `{+${text}+}`),
  };
  return diffWords(before, after)
    .map(({ kind, text }) => marked[kind](printable(text)))
    .join('');
}

function field(name: string, text: string, paint: Paint): string {
  const indented = text.split('\n').join(`\n${' '.repeat(12)}`);
  return `  ${paint('dim', name.padEnd(10))}${indented}`;
}

function endOf(prefix: string): string {
  return prefix.length <= PREFIX_SHOWN ? prefix : `… ${prefix.slice(-PREFIX_SHOWN)}`;
}
