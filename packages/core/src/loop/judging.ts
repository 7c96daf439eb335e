import type { AlignerSession } from '../aligner.ts';
import type { Books } from './books.ts';
import type { ResolvedOptions } from './options.ts';
import type { Item } from './reader.ts';
import { judge, type Verdict } from './verdict.ts';

export type Draft = Extract<Item, { type: 'draft' }>;

/** The verdicts of one continuation's drafts, some asked for ahead of their turn. */
export interface Judging {
  /**
   * Asks for the verdicts that are wanted now: of the first draft in the queue and of up to `lookahead` after it, each as
   * if those before it will be kept. `prefix` is the accepted answer; `roundsLeft` bounds how many are judged at all.
   */
  schedule(state: { queue: readonly Item[]; prefix: string; roundsLeft: number }): void;
  /** The verdict on a draft after `prefix`; asks for it only if nobody has yet. Never rejects. */
  verdictOf(draft: Draft, prefix: string): Promise<Verdict>;
  /** Calls off every verdict that is still out. */
  stop(): void;
}

export function createJudging(options: {
  aligner: AlignerSession;
  resolved: ResolvedOptions;
  books: Books;
}): Judging {
  const { aligner, resolved, books } = options;
  const controller = new AbortController();
  const signal = AbortSignal.any([resolved.signal, controller.signal]);
  const verdicts = new Map<Draft, Promise<Verdict>>();

  async function ask(draft: Draft, prefix: string): Promise<Verdict> {
    // The prefix never ends in whitespace: what stands before the draft belongs to the draft.
    const request = { prefix, draft: draft.draft, kind: draft.kind, signal };
    const verdict = await judge(aligner, request, resolved);
    if ('correction' in verdict) books.countAligner(verdict.correction.usage);
    return verdict;
  }

  function verdictOf(draft: Draft, prefix: string): Promise<Verdict> {
    const verdict = verdicts.get(draft) ?? ask(draft, prefix);
    verdicts.set(draft, verdict);
    return verdict;
  }

  return {
    schedule({ queue, prefix, roundsLeft }) {
      let before = prefix;
      let wanted = Math.min(resolved.lookahead + 1, roundsLeft);
      for (const item of queue) {
        if (wanted === 0) return;
        if (item.type !== 'draft') continue;
        if (!resolved.exempt.includes(item.kind)) {
          verdictOf(item, before);
          wanted -= 1;
        }
        before += item.lead + item.draft;
      }
    },
    verdictOf,
    stop() {
      controller.abort();
    },
  };
}
