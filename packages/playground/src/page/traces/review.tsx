import type { Feedback } from '@stream-aligner/core';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from '../answer/event.ts';
import { Changes } from '../answer/changes.tsx';
import type { Sentence } from '../answer/sentence.ts';
import { giveFeedback, takeFeedbackBack } from './api.ts';

export interface ReviewProps {
  trace: string;
  round: number;
  sentence: Sentence;
  feedback: Feedback | null;
  onFeedback: (feedback: Feedback | null) => void;
}

const SAID = {
  accepted: 'You accepted this.',
  rejected: 'You rejected this.',
  edited: 'You wrote instead:',
} as const;

/** What a person says of one sentence: accept, reject, or what should stand there; and takes it back. */
export function Review({ trace, round, sentence, feedback, onFeedback }: ReviewProps) {
  const [editing, setEditing] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const group = useRef<HTMLDivElement>(null);
  const moved = useRef(false);
  // What had the focus is gone: the first button that took its place gets it.
  useEffect(() => {
    if (moved.current) group.current?.querySelector('button')?.focus();
    moved.current = false;
  }, [editing, feedback]);

  function settle(got: { problem: Problem } | { body: unknown }, after: () => void) {
    setProblem('problem' in got ? got.problem : null);
    if ('problem' in got) return;
    moved.current = true;
    after();
  }
  async function say(said: Pick<Feedback, 'verdict' | 'text'>) {
    const got = await giveFeedback({ id: trace, round }, said);
    settle(got, () => {
      setEditing(false);
      if ('body' in got) onFeedback(got.body);
    });
  }
  async function undo() {
    settle(await takeFeedbackBack(trace, round), () => onFeedback(null));
  }

  const { draft, verdict } = sentence;
  return (
    <div class="review" ref={group} role="group" aria-label={`Feedback on sentence ${round}`}>
      {editing ? (
        <EditForm
          text={feedback?.text ?? verdict?.text ?? draft}
          round={round}
          onSave={(text) => void say({ verdict: 'edited', text })}
          onCancel={() => {
            moved.current = true;
            setEditing(false);
          }}
        />
      ) : feedback ? (
        <p class="said">
          <span role="status">{SAID[feedback.verdict]}</span>
          <button type="button" class="plain" onClick={() => void undo()}>
            Undo
          </button>
        </p>
      ) : (
        <p class="choices">
          {verdict && (
            <>
              <button type="button" onClick={() => void say({ verdict: 'accepted' })}>
                Accept
              </button>
              <button type="button" onClick={() => void say({ verdict: 'rejected' })}>
                Reject
              </button>
            </>
          )}
          <button type="button" onClick={() => setEditing(true)}>
            Edit
          </button>
        </p>
      )}
      {!editing && feedback?.text !== undefined && (
        <p class="words" dir="auto">
          <Changes before={draft} after={feedback.text} />
        </p>
      )}
      {problem && (
        <p class="said wrong" role="alert">
          Not saved. {problem.message}
        </p>
      )}
    </div>
  );
}

function EditForm({
  text,
  round,
  onSave,
  onCancel,
}: {
  text: string;
  round: number;
  onSave: (text: string) => void;
  onCancel: () => void;
}) {
  const [written, setWritten] = useState(text);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  function submit(event: Event) {
    event.preventDefault();
    onSave(written);
  }
  return (
    <form class="edit" onSubmit={submit} onKeyDown={({ key }) => key === 'Escape' && onCancel()}>
      <label>
        What sentence {round} should say
        <textarea
          ref={field}
          rows={3}
          dir="auto"
          value={written}
          onInput={({ currentTarget }) => setWritten(currentTarget.value)}
        />
      </label>
      <p class="choices">
        <button type="submit" class="main" disabled={written.trim() === ''}>
          Save
        </button>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </p>
    </form>
  );
}
