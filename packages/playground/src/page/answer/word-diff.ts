import { diffWordsWithSpace } from 'diff';

/** A stretch of a diff: in both texts, only in the old one, or only in the new one. */
export interface Change {
  type: 'same' | 'removed' | 'added';
  text: string;
}

/** Longest search for the best diff, in milliseconds: a page must not stand still for it. */
const PATIENCE_MS = 100;

/** What changed between two texts, word by word; where that takes too long, the whole of both. */
export function wordDiff(before: string, after: string): readonly Change[] {
  const found = diffWordsWithSpace(before, after, { timeout: PATIENCE_MS });
  if (!found) return [changed('removed', before), changed('added', after)];
  return found.map(({ added, removed, value }) =>
    changed(added ? 'added' : removed ? 'removed' : 'same', value),
  );
}

function changed(type: Change['type'], text: string): Change {
  return { type, text };
}
