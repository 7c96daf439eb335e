import { useId, useState } from 'preact/hooks';
import { Changes } from './changes.tsx';
import { markOf, type Sentence } from './sentence.ts';
import { howOf, MARK_WORDS } from './words.ts';

export interface SentenceTextProps {
  sentence: Sentence;
  /** What the client has received of it. */
  text: string;
}

/** One sentence in the flow of an answer. A changed one opens onto its draft. */
export function SentenceText({ sentence, text }: SentenceTextProps) {
  const mark = markOf(sentence);
  if (mark === 'kept') return <span>{text}</span>;
  if (mark === 'withheld') return <Withheld sentence={sentence} />;
  if (mark === 'failed' || mark === 'passed') return <Unjudged sentence={sentence} text={text} />;
  return <Changed sentence={sentence} text={text} />;
}

/** What stands before text that no aligner accepted; nothing where that needs no word. */
const LABELS: Readonly<Record<NonNullable<Sentence['passed']>, string>> = {
  'rounds-used': 'not judged',
  'budget-used': 'not judged, budget used',
  exempt: 'exempt',
  shadow: '',
  policy: 'aligner failed',
  'after-tool-call': 'after a tool call',
  whitespace: '',
  untraced: 'not traced',
};

function Withheld({ sentence: { lead, draft } }: { sentence: Sentence }) {
  return (
    <>
      {lead}
      <span class="withheld">
        <small class="tag">withheld</small> {draft}
      </span>
    </>
  );
}

function Unjudged({ sentence, text }: SentenceTextProps) {
  const { error, passed } = sentence;
  const label = error ? LABELS.policy : LABELS[passed ?? 'exempt'];
  if (label === '') return <span>{text}</span>;
  const words = text.trimStart();
  return (
    <>
      {text.slice(0, text.length - words.length)}
      <span class={error ? 'failed' : undefined}>
        <small class="tag" title={howOf(sentence)}>
          {label}
        </small>{' '}
        {words}
      </span>
    </>
  );
}

function Changed({ sentence, text }: SentenceTextProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const { round, draft, verdict } = sentence;
  const mark = markOf(sentence);
  function toggle() {
    // Who selects text means the text.
    if (getSelection()?.type !== 'Range') setOpen(!open);
  }
  return (
    <span class={`changed ${mark}`}>
      <span id={id}>
        {open ? (
          <Changes before={draft} after={verdict?.text ?? draft} />
        ) : (
          <mark onClick={toggle}>{mark === 'deleted' ? '…' : text}</mark>
        )}
      </span>
      <button
        type="button"
        class="toggle"
        aria-expanded={open}
        aria-controls={id}
        aria-label={`${open ? 'Hide' : 'Show'} the draft of sentence ${round}, ${WHAT[mark] ?? ''}`}
        onClick={() => setOpen(!open)}
      >
        {open ? '×' : '±'}
      </button>
      {open && (
        <small class="fate">
          {MARK_WORDS[mark]}, sentence {round}, {howOf(sentence)}
        </small>
      )}
    </span>
  );
}

const WHAT: Readonly<Record<string, string>> = {
  rewritten: 'which was rewritten',
  deleted: 'which was deleted',
  proposed: 'which would be rewritten',
};
