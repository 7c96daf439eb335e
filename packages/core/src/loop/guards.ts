import type { SegmentKind } from '../segmenter/segment.ts';

const FENCE_LINE = /^[ \t]*(?:>[ \t]*)*(`{3,}|~{3,})/gm;

/** Longest rewrite that is believed, in code units: anything longer is an aligner that ran away. */
export function longestRewrite(draft: string): number {
  return 400 + 4 * draft.length;
}

/**
 * What is wrong with a rewrite's shape, in words, or null. A rewrite may not open or close a code fence that the draft
 * did not, nor turn a fence into something else: everything after it would change its meaning.
 */
export function structureFault(options: { kind: SegmentKind; draft: string; text: string }): string | null {
  const { kind, draft, text } = options;
  if (text.length > longestRewrite(draft))
    return `the rewrite has ${text.length} characters; at most ${longestRewrite(draft)} are believed`;
  const [before, after] = [fencesOf(draft), fencesOf(text)];
  if (before.length % 2 !== after.length % 2)
    return 'the rewrite leaves a code fence open or closes one it did not open';
  if (kind === 'code' && before[0] !== after[0]) return 'the rewrite takes a code block out of its fence';
  return null;
}

function fencesOf(text: string): string[] {
  return [...text.matchAll(FENCE_LINE)].map((match) => match[1] ?? '');
}
