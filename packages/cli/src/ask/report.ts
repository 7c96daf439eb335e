import type { AlignEvent, AnswerCounts, AnswerTimings } from '@stream-aligner/core';
import type { Recipe } from '@stream-aligner/gateway';

/** One judged sentence of `ask --json`. */
export interface SentenceReport {
  draft: string;
  /** What the aligner made of it; in shadow mode the draft went out all the same. */
  text: string;
  action: 'keep' | 'rewrite';
  kind: string;
  /** Milliseconds from the complete draft to its verdict; absent when the aligner failed. */
  judgedInMs?: number;
  /** The aligner failed and the draft went out by policy. */
  failed?: true;
  /** What kind of failure it was. */
  code?: string;
}

/** What `ask --json` prints. */
export interface AskReport {
  model: string;
  upstream: string;
  /** null without an aligner. */
  aligner: string | null;
  text: string;
  sentences: SentenceReport[];
  finishReason: string;
  cause: string;
  counts: AnswerCounts;
  timings: AnswerTimings & { total: number };
}

/** Builds the report of a finished answer. */
export function reportOf(events: readonly AlignEvent[], recipe: Recipe): AskReport {
  const last = events.at(-1);
  if (last?.type !== 'answer-finished') throw new TypeError('the answer did not finish');
  return {
    model: recipe.name,
    upstream: recipe.upstream.model,
    aligner: recipe.raw ? null : recipe.aligner.model,
    text: events.map(({ sent }) => sent).join(''),
    sentences: events.flatMap(sentenceOf),
    finishReason: last.reason,
    cause: last.cause,
    counts: last.counts,
    timings: { ...last.timings, total: last.at },
  };
}

function sentenceOf(event: AlignEvent): SentenceReport[] {
  switch (event.type) {
    case 'sentence-kept': {
      const { draft, kind, judgedInMs } = event;
      return [{ draft, text: draft, action: 'keep', kind, judgedInMs }];
    }
    case 'sentence-rewritten': {
      const { draft, text, kind, judgedInMs } = event;
      return [{ draft, text, action: 'rewrite', kind, judgedInMs }];
    }
    case 'aligner-failed': {
      const { draft, kind, error } = event;
      return [{ draft, text: draft, action: 'keep', kind, failed: true, code: error.code }];
    }
    default:
      return [];
  }
}
