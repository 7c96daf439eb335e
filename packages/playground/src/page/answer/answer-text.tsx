import { type Drawing, shownText } from './draw.ts';
import { SentenceText } from './sentence-text.tsx';

/** An answer as it reads: every sentence in its place, then the draft that is being judged. */
export function AnswerText({ drawing }: { drawing: Drawing }) {
  const { sentences, due, end } = drawing;
  return (
    <div class="text" dir="auto">
      {sentences.map((sentence) => {
        const { lead, text } = shownText(drawing, sentence);
        return [lead, <SentenceText key={sentence.from} sentence={sentence} text={text} />];
      })}
      {due && (
        <span class="due" aria-hidden="true">
          {due.lead + due.draft}
        </span>
      )}
      {!end && !due && <span class="caret" aria-hidden="true" />}
    </div>
  );
}
