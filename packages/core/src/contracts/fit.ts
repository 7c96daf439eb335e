import { segmentText } from '../segmenter/segmenter.ts';

/** What a contract puts into an aligner's window beside its own words. */
export interface ContractValues {
  question: string;
  prefix: string;
  draft: string;
}

/** The values that fit, and how many characters were left out of them. */
export interface FittedValues extends ContractValues {
  cut?: { prefix: number; question: number };
}

/**
 * Cuts a contract's values until `fits` holds: first the prefix, from the left, at a segment boundary; when nothing of
 * it is left, the question, from the left, at a segment boundary, and within its last segment between characters if
 * that alone is too long, so that what was asked last is kept longest. The draft is never cut: undefined when even the
 * draft alone does not fit.
 */
export function fitToWindow({
  question,
  prefix,
  draft,
  fits,
}: ContractValues & { fits(values: ContractValues): boolean }): FittedValues | undefined {
  if (fits({ question, prefix, draft })) return { question, prefix, draft };
  const shortPrefix = cutLeft(prefix, boundaries(prefix), (rest) => fits({ question, prefix: rest, draft }));
  if (shortPrefix !== undefined) return fitted(question, shortPrefix);
  const questionFits = (rest: string) => fits({ question: rest, prefix: '', draft });
  const starts = boundaries(question);
  const shortQuestion =
    cutLeft(question, starts.slice(0, -1), questionFits) ??
    cutLeft(question, characters(question), questionFits);
  return shortQuestion === undefined ? undefined : fitted(shortQuestion, '');

  function fitted(q: string, p: string): FittedValues {
    return {
      question: q,
      prefix: p,
      draft,
      cut: { prefix: prefix.length - p.length, question: question.length - q.length },
    };
  }

  /** Where a text may begin: at each segment but the first, and at its end. */
  function boundaries(text: string): number[] {
    let at = 0;
    return segmentText(text).map((segment) => {
      at += segment.text.length;
      return at;
    });
  }
}

function characters(text: string): number[] {
  let at = 0;
  return Array.from(text, (character) => {
    at += character.length;
    return at;
  });
}

/** The longest rest of `text` from one of `starts` that fits; undefined when none does. Shorter rests must fit better. */
function cutLeft(text: string, starts: number[], fits: (rest: string) => boolean): string | undefined {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fits(restFrom(middle))) high = middle;
    else low = middle + 1;
  }
  return low < starts.length ? restFrom(low) : undefined;

  function restFrom(index: number): string {
    return text.slice(starts[index]).trimStart();
  }
}
