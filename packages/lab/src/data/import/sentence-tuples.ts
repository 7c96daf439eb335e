import { type SegmentKind, segmentText, structureFault } from '@stream-aligner/core';
import { CONTROL } from '../finish/bounds.ts';
import { isKeep, type Tuple } from '../tuple.ts';
import { alignSentences, type Match } from './align-sentences.ts';
import { featuresOf, similarity } from './similarity.ts';

/** A whole answer and what it should have been. */
export interface WholeAnswer {
  question: string;
  answer: string;
  correction: string;
}

/** Why a whole answer gives no tuples. */
export type Unaligned =
  | 'empty'
  | 'control characters'
  | 'too different'
  | 'too many sentences'
  | 'a rewrite that is refused when serving';

export type SentenceTuples = { tuples: Tuple[]; similarity: number } | { unaligned: Unaligned };

/** Where the rule of {@link sentenceTuples} draws the line unless it is told otherwise. */
export const LEAST_SIMILARITY = 0.4;

/**
 * Turns a corrected answer into what a sentence aligner learns from. Both texts are cut into sentences and the sentences
 * aligned ({@link alignSentences}). Then, from the first to the last sentence of the correction:
 *
 * - a sentence that stayed is a keep, one that was changed a rewrite; prose that was only wrapped in other places stayed,
 *   and its draft is taken to be wrapped as the correction is;
 * - where a stretch of the draft was replaced by another, its sentences are paired in order; what the correction has more
 *   of belongs to the last pair, what the draft has more of gives nothing;
 * - a sentence that was added belongs to its neighbour that is a rewrite anyway, else to the sentence before it (the
 *   first of all to the one behind it): a keep should stay one, and a copy that goes on costs least to check;
 * - a sentence that was struck out is the draft of the sentence that follows in the correction, since that is what should
 *   have stood in its place; further ones beside it, and those at the answer's end, give nothing. The sentence's own
 *   draft is then not used: once the correction stands, the upstream would go on behind it.
 *
 * So there is one tuple a round, its draft is one sentence, and its prefix is the corrected text before it: each prefix,
 * its whitespace, and the correction make the next prefix, and the last make the corrected answer. Whitespace around
 * question, answer and correction is left out.
 *
 * Set aside are answers whose tuples are, weighted by length, less alike than `leastSimilarity`, for then the alignment
 * is made up, those with a rewrite that the correction loop would refuse (too long for its draft, or a broken fence or
 * table), and those whose correction holds control characters or U+FFFD, which no one meant.
 */
export function sentenceTuples(
  whole: WholeAnswer,
  { leastSimilarity = LEAST_SIMILARITY }: { leastSimilarity?: number } = {},
): SentenceTuples {
  const question = whole.question.trim();
  const text = whole.correction.trim();
  const drafts = sentencesOf(whole.answer.trim());
  const corrections = sentencesOf(text);
  if (question === '' || drafts.length === 0 || corrections.length === 0) return { unaligned: 'empty' };
  if (CONTROL.test(text)) return { unaligned: 'control characters' };

  const matches = alignSentences(drafts.map(textOf), corrections.map(textOf));
  if (matches === null) return { unaligned: 'too many sentences' };
  const rounds = roundsOf(matches, { drafts, corrections });

  const sentences = rounds.map(({ draft, from, to }) => {
    const [last, first, end] = [
      drafts[draft] ?? NONE,
      corrections[from] ?? NONE,
      corrections[to - 1] ?? NONE,
    ];
    const correction = text.slice(first.at, end.at + end.text.length);
    const isReflowed = last.kind === 'prose' && inOneLine(last.text) === inOneLine(correction);
    const draftText = isReflowed ? correction : last.text;
    const tuple: Tuple = { question, prefix: text.slice(0, first.at).trimEnd(), last: draftText, correction };
    return { kind: last.kind, tuple };
  });
  const tuples = sentences.map(({ tuple }) => tuple);
  const alike = likeness(tuples);
  if (alike < leastSimilarity) return { unaligned: 'too different' };
  const isRefused = sentences.some(
    ({ kind, tuple }) =>
      !isKeep(tuple) && structureFault({ kind, draft: tuple.last, text: tuple.correction }) !== null,
  );
  return isRefused ? { unaligned: 'a rewrite that is refused when serving' } : { tuples, similarity: alike };
}

/** How alike drafts and corrections are, weighted by the corrections' lengths. */
function likeness(tuples: readonly Tuple[]): number {
  let [alike, length] = [0, 0];
  for (const { last, correction } of tuples) {
    alike += correction.length * similarity(featuresOf(last), featuresOf(correction));
    length += correction.length;
  }
  return alike / length;
}

interface Sentence {
  text: string;
  /** Where it begins in the whole text. */
  at: number;
  kind: SegmentKind;
}

const inOneLine = (text: string) => text.replace(/\s+/g, ' ');

const NONE: Sentence = { text: '', at: 0, kind: 'prose' };

const textOf = ({ text }: Sentence) => text;

function sentencesOf(whole: string): Sentence[] {
  let at = 0;
  const sentences: Sentence[] = [];
  for (const { text, kind } of segmentText(whole)) {
    const lead = text.length - text.trimStart().length;
    if (text.trim() !== '') sentences.push({ text: text.trim(), at: at + lead, kind });
    at += text.length;
  }
  return sentences;
}

/** One tuple by places: a draft, and the sentences of the correction that stand for it. */
interface Round {
  draft: number;
  from: number;
  /** Behind the last. */
  to: number;
}

interface Sides {
  drafts: readonly Sentence[];
  corrections: readonly Sentence[];
}

/** The rounds: their sentences are all of the correction's, in order. See {@link sentenceTuples} for the rule. */
function roundsOf(matches: readonly Match[], { drafts, corrections }: Sides): Round[] {
  const rounds: Round[] = [];
  const isRewrite = ({ draft, from, to }: Round) =>
    to - from > 1 || drafts[draft]?.text !== corrections[from]?.text;
  let [draft, correction] = [0, 0];

  function replace(end: Match): void {
    const pairs = Math.min(end.draft - draft, end.correction - correction);
    for (let i = 0; i < pairs; i += 1) {
      const from = correction + i;
      rounds.push({ draft: draft + i, from, to: i === pairs - 1 ? end.correction : from + 1 });
    }
  }

  /** Gives added sentences to the round before them, or leaves them to `next`. */
  function add(end: Match, next: Round | null): void {
    const before = rounds.at(-1);
    if (before && (next === null || isRewrite(before) || !isRewrite(next))) before.to = end.correction;
    else if (next) next.from = correction;
  }

  for (const match of [...matches, null]) {
    const end = match ?? { draft: drafts.length, correction: corrections.length };
    const next = match && { draft: match.draft, from: match.correction, to: match.correction + 1 };
    const [struck, added] = [end.draft > draft, end.correction > correction];
    if (struck && added) replace(end);
    else if (added) add(end, next);
    else if (struck && next) next.draft = draft;
    if (next) rounds.push(next);
    [draft, correction] = [end.draft + 1, end.correction + 1];
  }
  return rounds;
}
