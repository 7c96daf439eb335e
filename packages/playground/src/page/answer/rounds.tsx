import type { ComponentChildren } from 'preact';
import { Changes } from './changes.tsx';
import type { Drawing } from './draw.ts';
import { markOf, type Sentence } from './sentence.ts';
import { howOf, MARK_WORDS } from './words.ts';

/** An answer round by round: what the upstream wrote, what the aligner made of it, and what else is to be said of it. */
export function Rounds({
  drawing,
  controls,
}: {
  drawing: Drawing;
  controls?: ((sentence: Sentence) => ComponentChildren) | undefined;
}) {
  return (
    <ol class="rounds">
      {drawing.sentences
        .filter(({ passed }) => passed !== 'whitespace')
        .map((sentence) => (
          <li key={sentence.from} class={markOf(sentence)} value={sentence.round ?? undefined}>
            <p class="head">
              <b>{MARK_WORDS[markOf(sentence)]}</b>{' '}
              <span class="quiet">
                {[...(sentence.round === null ? [] : [`sentence ${sentence.round}`]), howOf(sentence)].join(
                  ', ',
                )}
              </span>
            </p>
            <p class="words" dir="auto">
              <Words sentence={sentence} />
            </p>
            {sentence.error && <p class="quiet">{sentence.error.message}</p>}
            {controls?.(sentence)}
          </li>
        ))}
    </ol>
  );
}

function Words({ sentence: { verdict, draft } }: { sentence: Sentence }) {
  if (verdict?.type === 'rewritten') return <Changes before={draft} after={verdict.text} />;
  return <>{draft}</>;
}
