import type { RefObject } from 'preact';

export interface ComposerProps {
  question: string;
  field: RefObject<HTMLTextAreaElement | null>;
  running: boolean;
  ready: boolean;
  onQuestion: (question: string) => void;
  onAsk: () => void;
  onStop: () => void;
  onSample: () => void;
}

/** Where a question is written. */
export function Composer(props: ComposerProps) {
  const { question, field, running, ready, onQuestion, onAsk, onStop, onSample } = props;
  function submit(event: Event) {
    event.preventDefault();
    if (!running && ready && question.trim() !== '') onAsk();
  }
  function keyDown(event: KeyboardEvent) {
    // An Enter that ends the composition of a character is not meant for the form.
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) submit(event);
  }
  return (
    <form class="composer" onSubmit={submit}>
      <label class="unseen" for="question">
        Your question
      </label>
      <textarea
        id="question"
        ref={field}
        dir="auto"
        rows={2}
        value={question}
        placeholder="Ask something"
        aria-describedby="keys"
        onInput={({ currentTarget }) => onQuestion(currentTarget.value)}
        onKeyDown={keyDown}
      />
      <div class="actions">
        <button type="button" class="plain" onClick={onSample}>
          New question
        </button>
        <span id="keys" class="quiet hint">
          Enter asks, Shift+Enter breaks the line
        </span>
        {running ? (
          <button type="button" class="main" onClick={onStop}>
            Stop
          </button>
        ) : (
          <button type="submit" class="main" disabled={!ready || question.trim() === ''}>
            Ask
          </button>
        )}
      </div>
    </form>
  );
}
