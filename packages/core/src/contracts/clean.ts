import escapeContract from './escape.json' with { type: 'json' };
import { escapeText, unescapeText } from './escape.ts';

const LABELS = ['##Your_Revision:', '##Correction:'];

/**
 * The sentence in the raw reply of an aligner that answers with the sentence itself (`stream-aligner`): the draft,
 * exactly, for a keep. Otherwise a leading label, everything from the first delimiter or special token on (an escaped
 * sentence holds none), and an echo of `prefix` are taken away, and the escape is undone. May give ''.
 */
export function cleanCorrection({
  reply,
  prefix,
  draft,
}: {
  reply: string;
  /** The accepted answer as the aligner was shown it. */
  prefix: string;
  draft: string;
}): string {
  const copy = escapeText(draft).trim();
  if (reply.trim() === copy) return draft;
  const label = LABELS.find((word) => reply.trimStart().startsWith(word));
  const sentence = untilDelimiter(label ? reply.trimStart().slice(label.length) : reply).trim();
  const echo = escapeText(prefix).trim();
  const echoed = beginsWithEcho(sentence, echo) && !copy.startsWith(echo);
  const cleaned = echoed ? sentence.slice(echo.length).trim() : sentence;
  return cleaned === copy ? draft : unescapeText(cleaned);
}

/** Whether a text repeats an answer before it goes on: `No.` does not repeat `N`, nor `1.5` the beginning `1.` */
function beginsWithEcho(sentence: string, echo: string): boolean {
  if (echo === '' || !sentence.startsWith(echo)) return false;
  const rest = sentence.slice(echo.length);
  // Full-width terminators are followed by no space.
  return rest === '' || /^\s/.test(rest) || /[。！？．…][」』”’）]*$/.test(echo);
}

function untilDelimiter(text: string): string {
  const ends = escapeContract.guarded.map((word) => text.indexOf(word)).filter((at) => at >= 0);
  if (ends.length === 0) return text;
  // The template writes its delimiters after " | ".
  return text.slice(0, Math.min(...ends)).replace(/\s*\|\s*$/, '');
}
