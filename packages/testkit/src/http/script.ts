import { segmentText } from '@stream-aligner/core';

/** What the scripted upstream is asked. */
export interface ScriptRequest {
  /** The conversation as one question. */
  question: string;
  /** The answer so far. */
  prefix: string;
}

/** The scripted upstream: what it writes after a prefix, as a function of text alone. */
export type UpstreamScript = (request: ScriptRequest) => string;

/** The scripted aligner: the sentence that stands for a draft; undefined or the draft itself is a keep. */
export type AlignerScript = (request: ScriptRequest & { draft: string }) => string | undefined;

/** The answer to any question that the script does not know. */
export const DEFAULT_ANSWER =
  'The first sentence stands. The second one says 3.14 in passing.\n\nA third follows. It ends here.';

/**
 * A script from whole answers. A prefix that the answer begins with is continued word for word; after any other (it
 * holds a rewrite) come the sentences behind as many as the prefix has.
 */
export function scriptAnswers(answers: Readonly<Record<string, string>> = {}): UpstreamScript {
  return ({ question, prefix }) => {
    const answer = Object.hasOwn(answers, question) ? (answers[question] ?? '') : DEFAULT_ANSWER;
    if (answer.startsWith(prefix)) return answer.slice(prefix.length);
    const written = segmentText(prefix).length;
    return segmentText(answer)
      .slice(written)
      .map(({ text }) => text)
      .join('');
  };
}
