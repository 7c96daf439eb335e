import type { Drawing, End } from './draw.ts';
import { type Mark, markOf, type Sentence } from './sentence.ts';

/** A duration for people: whole milliseconds up to a second, then seconds. */
export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

/** `1 sentence`, `2 sentences`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

const PASSED: Readonly<Record<NonNullable<Sentence['passed']>, string>> = {
  'rounds-used': 'all rounds were used',
  'budget-used': 'the budget was used',
  exempt: 'this kind of text is exempt',
  shadow: 'sent before the verdict, since this is shadow mode',
  policy: 'the draft was passed on',
  'after-tool-call': 'it followed a tool call',
  whitespace: 'whitespace',
  untraced: 'the configuration of this model tells nobody how its answers came about',
};

/** What a sentence is called, by what became of it. */
export const MARK_WORDS: Readonly<Record<Mark, string>> = {
  kept: 'Kept',
  rewritten: 'Rewritten',
  deleted: 'Deleted',
  proposed: 'Would be rewritten',
  failed: 'Aligner failed',
  withheld: 'Withheld',
  passed: 'Not judged',
};

/** How that came about, and what it took. */
export function howOf({ verdict, error, passed }: Sentence): string {
  const took = verdict && !error ? [`in ${duration(verdict.judgedInMs)} ${BY[verdict.by]}`] : [];
  return [...took, ...(passed ? [PASSED[passed]] : [])].join('; ');
}

const BY = { 'copy-check': 'by copy check', decoding: 'by decoding' } as const;

/** How an answer ended, in one sentence. */
export function endWords({ end, sentences, at }: Drawing): string {
  if (!end) return 'The answer is being written.';
  if (end.type !== 'finished') return unfinishedWords(end);
  const marks = sentences.map(markOf);
  const counted = (['kept', 'rewritten', 'deleted', 'proposed', 'failed'] as const).flatMap((mark) => {
    const number = marks.filter((one) => one === mark).length;
    return number > 0 ? [`${number} ${mark === 'failed' ? 'without a verdict' : mark}`] : [];
  });
  return [`Finished${WHY[end.cause ?? 'upstream']}`, ...counted, ...(at > 0 ? [duration(at)] : [])].join(
    ' · ',
  );
}

const WHY = {
  upstream: '',
  'max-tokens': ' at the limit of tokens',
  'stop-string': ' at a stop string',
  'rounds-used': ' after the last round',
  'restart-budget': ': no more restarts were allowed',
  budget: ': the budget for alignment was used',
  repetition: ': the upstream repeated itself',
} as const;

function unfinishedWords(end: Exclude<End, { type: 'finished' }>): string {
  switch (end.type) {
    case 'failed':
      return `Not finished. ${end.error.message}`;
    case 'aborted':
      return 'Not finished: the client left.';
    case 'stopped':
      return 'Not finished: you stopped it.';
    case 'broken':
      return `Not finished. ${end.problem.title}.`;
  }
}
