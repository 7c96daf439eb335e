import type { Drawing } from './draw.ts';
import { endWords } from './words.ts';

/** How the answer ended. What did not end well never looks as if it had. */
export function Ending({ drawing, onAgain }: { drawing: Drawing; onAgain?: (() => void) | undefined }) {
  const { end } = drawing;
  if (!end) return null;
  if (end.type === 'finished') return <p class="ending quiet">{endWords(drawing)}</p>;
  const problem = end.type === 'broken' ? end.problem : null;
  const code = end.type === 'failed' ? end.error.code : problem?.code;
  return (
    <div
      class={
        end.type === 'stopped' || end.type === 'aborted' ? 'ending unfinished' : 'ending unfinished wrong'
      }
    >
      <p>
        <b>{endWords(drawing)}</b>
      </p>
      {problem && <p>{problem.message}</p>}
      {code && (
        <p class="quiet">
          Code: <code>{code}</code>
          {problem?.status ? `, status ${problem.status}` : ''}
        </p>
      )}
      {onAgain && (
        <button type="button" onClick={onAgain}>
          Ask again
        </button>
      )}
    </div>
  );
}
