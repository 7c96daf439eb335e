import { diffWordsWithSpace } from 'diff';

/** A piece of two texts: in both, or only in the old or the new one. */
export interface DiffPart {
  kind: 'same' | 'old' | 'new';
  text: string;
}

/** Texts that differ in more words than this are shown as replaced: no one reads such a diff. */
const MAX_CHANGES = 1_000;

/**
 * What is the same in two texts and what is not, by words. The old and same parts, joined, are `before`; the new and same
 * ones `after`. What is between two changes and holds no word is part of the change: a replaced phrase is one.
 */
export function diffWords(before: string, after: string): DiffPart[] {
  const changes = diffWordsWithSpace(before, after, { maxEditLength: MAX_CHANGES });
  if (changes === undefined) return changed(before, after);
  const parts: DiffPart[] = [];
  let [old, replacement, between] = ['', '', ''];
  for (const { added, removed, value } of changes) {
    if (added || removed) {
      old += between + (removed ? value : '');
      replacement += between + (added ? value : '');
      between = '';
    } else if (old + replacement !== '' && !/[\p{L}\p{N}]/u.test(value)) between += value;
    else {
      parts.push(...changed(old, replacement), { kind: 'same', text: between + value });
      [old, replacement, between] = ['', '', ''];
    }
  }
  parts.push(...changed(old, replacement));
  if (between !== '') parts.push({ kind: 'same', text: between });
  return parts;
}

function changed(old: string, replacement: string): DiffPart[] {
  const parts: DiffPart[] = [
    { kind: 'old', text: old },
    { kind: 'new', text: replacement },
  ];
  return parts.filter(({ text }) => text !== '');
}
