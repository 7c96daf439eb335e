import { Answer } from '../answer/answer.tsx';
import { curlCode, openaiCode } from '../ask/code.ts';
import { storedKey } from '../ask/key.ts';
import { CopiedCode } from '../ui/copied-code.tsx';
import type { AnswerRecord, Turn } from './conversation.ts';

export interface TurnViewProps {
  turn: Turn;
  /** Counted from 1. */
  number: number;
  onAgain: (answer: AnswerRecord) => void;
  /** Asks for the raw answer beside it; why there is none, or undefined where it says nothing. */
  onCompare: (() => void) | { why: string } | undefined;
}

/** A question and its answers side by side. */
export function TurnView({ turn, number, onAgain, onCompare }: TurnViewProps) {
  const { question, answers } = turn;
  return (
    <article class="turn" aria-label={`Question ${number}`}>
      <h2 class="question" dir="auto">
        {question}
      </h2>
      <div class={answers.length > 1 ? 'answers two' : 'answers'}>
        {answers.map((answer) => (
          <Answer
            key={answer.id}
            drawing={answer.drawing}
            label={answer.label}
            onAgain={() => onAgain(answer)}
          >
            <Code answer={answer} />
          </Answer>
        ))}
      </div>
      {answers.length === 1 && typeof onCompare === 'function' && (
        <button type="button" class="plain" onClick={onCompare}>
          Compare with raw
        </button>
      )}
      {answers.length === 1 && typeof onCompare === 'object' && <p class="quiet">{onCompare.why}</p>}
    </article>
  );
}

function Code({ answer: { request } }: { answer: AnswerRecord }) {
  const where = { origin: location.origin, key: storedKey('answers') !== '' };
  return (
    <details class="take">
      <summary>As code</summary>
      <CopiedCode title="curl" code={curlCode(request, where)} />
      <CopiedCode title="TypeScript" code={openaiCode(request, where)} />
    </details>
  );
}
