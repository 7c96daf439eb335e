import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { AnswerText } from './answer-text.tsx';
import type { Drawing } from './draw.ts';
import { Ending } from './ending.tsx';
import { Rounds } from './rounds.tsx';
import type { Sentence } from './sentence.ts';
import { Timeline } from './timeline.tsx';

export interface AnswerProps {
  drawing: Drawing;
  /** What it is called: a model, or what it was asked for. */
  label: string;
  /** How it is shown at first. Default `text`. */
  layout?: 'text' | 'rounds';
  /** What stands under a sentence in the layout of rounds. */
  controls?: (sentence: Sentence) => ComponentChildren;
  /** Asks again; offered where the answer did not end well. */
  onAgain?: () => void;
  /** What stands at its foot. */
  children?: ComponentChildren;
}

/** One answer with everything that happened to it, live or from a trace. */
export function Answer({ drawing, label, layout = 'text', controls, onAgain, children }: AnswerProps) {
  const [shown, setShown] = useState(layout);
  const { reasoning, toolCalls, end, sentences } = drawing;
  const unfinished = end !== null && end.type !== 'finished';
  return (
    <div
      role="group"
      class={unfinished ? 'answer broken' : 'answer'}
      aria-label={`Answer of ${label}`}
      aria-busy={!end}
    >
      <header class="bar">
        <h3>{label}</h3>
        {sentences.some(({ round }) => round !== null) && (
          <button
            type="button"
            class="plain"
            aria-pressed={shown === 'rounds'}
            onClick={() => setShown(shown === 'rounds' ? 'text' : 'rounds')}
          >
            Round by round
          </button>
        )}
      </header>
      {reasoning !== '' && (
        <details class="aside">
          <summary>Reasoning</summary>
          <div class="text" dir="auto">
            {reasoning}
          </div>
        </details>
      )}
      {shown === 'text' ? <AnswerText drawing={drawing} /> : <Rounds drawing={drawing} controls={controls} />}
      {toolCalls.map((call, index) => (
        <p key={index} class="aside">
          Calls the tool <code>{call.name}</code> with <code>{call.arguments}</code>
        </p>
      ))}
      <Ending drawing={drawing} onAgain={onAgain} />
      <Timeline drawing={drawing} />
      {children}
    </div>
  );
}
