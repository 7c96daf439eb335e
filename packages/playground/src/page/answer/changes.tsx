import { useMemo } from 'preact/hooks';
import { wordDiff } from './word-diff.ts';

/** A text with what was taken out of it and what was put in, word by word. */
export function Changes({ before, after }: { before: string; after: string }) {
  const changes = useMemo(() => wordDiff(before, after), [before, after]);
  return (
    <span class="changes">
      {changes.map(({ type, text }, index) => {
        if (type === 'removed') return <del key={index}>{text}</del>;
        return type === 'added' ? <ins key={index}>{text}</ins> : text;
      })}
    </span>
  );
}
