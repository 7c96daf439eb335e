import { type Drawing, shownText } from './draw.ts';
import { markOf } from './sentence.ts';
import { endWords } from './words.ts';

/** Most announcements that stand in the page at once: they are read as they are added. */
const KEPT = 3;

/** Tells a screen reader of whole sentences as they come, one at a time and when it has nothing else to say. */
export function Announcer({ drawing }: { drawing: Drawing | null }) {
  return (
    <div class="unseen" role="log" aria-live="polite" aria-label="The answer as it comes">
      {drawing && announcements(drawing).slice(-KEPT)}
    </div>
  );
}

function announcements(drawing: Drawing) {
  const { sentences, end } = drawing;
  // A stretch that is not cut into sentences may still grow.
  const whole = sentences.filter(({ round }, index) => round !== null || end || index < sentences.length - 1);
  const said = whole.map((sentence) => {
    const mark = markOf(sentence);
    const word = mark === 'kept' || mark === 'passed' ? '' : `${mark}: `;
    return <p key={sentence.from}>{word + (shownText(drawing, sentence).text || sentence.draft)}</p>;
  });
  return end ? [...said, <p key="end">{endWords(drawing)}</p>] : said;
}
