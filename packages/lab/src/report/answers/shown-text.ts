import type { MethodAnswer } from '../../eval/result.ts';
import { diffWords, type DiffPart } from '../../data/show/diff-words.ts';

/** A piece of an answer as it is shown: in the text, struck out of a draft, put in by the aligner, or judged by nobody. */
export interface ShownPart {
  kind: DiffPart['kind'] | 'free';
  text: string;
}

/** An answer with what the aligner changed; of a whole answer that was corrected, what it changed in the raw one. */
export function shownText(answer: MethodAnswer, raw: MethodAnswer): ShownPart[] {
  if (answer.method === 'full') return diffWords(raw.text, answer.text);
  const { sentences } = answer;
  if (sentences === undefined) return plain('same', answer.text);
  const judged = sentences.map(({ lead, text }) => lead + text).join('');
  // An answer that failed has sentences, and no text.
  if (!answer.text.startsWith(judged)) return plain('same', answer.text);
  const parts = sentences.flatMap(({ lead, draft, text }): ShownPart[] => [
    ...plain('same', lead),
    ...(draft === text ? plain('same', text) : diffWords(draft, text)),
  ]);
  return [...merged(parts), ...plain('free', answer.text.slice(judged.length))];
}

const plain = (kind: ShownPart['kind'], text: string): ShownPart[] => (text === '' ? [] : [{ kind, text }]);

/** Neighbours of one kind as one. */
function merged(parts: readonly ShownPart[]): ShownPart[] {
  const made: ShownPart[] = [];
  for (const part of parts) {
    const last = made.at(-1);
    if (last?.kind === part.kind) made[made.length - 1] = { ...last, text: last.text + part.text };
    else made.push(part);
  }
  return made;
}
