import type { AlignEvent, Aligner } from '@stream-aligner/core';
import { type Collected, collect } from '../collect.ts';
import type { SentenceResult } from '../result.ts';
import type { Asked, Method, MethodResult } from './method.ts';
import { meterAligner } from './meter-aligner.ts';
import { RECOVERY } from '../../patience.ts';

export type Rounds = number | 'all';
export type Then = 'continue' | 'stop';

export const streamName = (rounds: Rounds, then: Then) => `stream/${rounds}/${then}`;

/**
 * Stream Aligner with each number of rounds and each `then`. One pass with all rounds serves every number of them after
 * which nothing was rewritten: up to there the passes are the same, and behind it there is nothing to tell them apart.
 */
export function createStreamMethod({
  aligner,
  rounds,
  thens,
}: {
  aligner: Aligner;
  rounds: readonly Rounds[];
  thens: readonly Then[];
}): Method {
  const pairs = rounds.flatMap((count) => thens.map((then) => [count, then] as const));
  return {
    names: pairs.map(([count, then]) => streamName(count, then)),
    async answer(asked) {
      const whole = await runPass(asked, aligner, 'all');
      const results: MethodResult[] = [];
      for (const count of rounds) {
        const isShared = count !== 'all' && rewritesAfter(whole, count) === 0 && !whole.failed;
        const pass = count === 'all' || isShared ? whole : await runPass(asked, aligner, count);
        for (const then of thens)
          results.push(then === 'stop' ? stopped(pass, count) : continued(pass, count, isShared));
      }
      return results;
    },
  };
}

/** A sentence that was judged, and what had been sent and spent once it was. */
interface Committed extends SentenceResult {
  at: number;
  sent: string;
  alignerTokens: number;
  rewritten: boolean;
}

interface Pass extends Collected {
  committed: Committed[];
}

async function runPass(
  { messages, params, upstream, lookahead, signal }: Asked,
  aligner: Aligner,
  rounds: Rounds,
): Promise<Pass> {
  const metered = meterAligner(aligner);
  const committed: Committed[] = [];
  let sent = '';
  const note = (event: AlignEvent) => {
    sent += event.sent;
    if (event.type !== 'sentence-kept' && event.type !== 'sentence-rewritten') return;
    if (event.round === 0) return;
    const { lead, draft, at } = event;
    const text = event.type === 'sentence-kept' ? draft : event.text;
    committed.push({ lead, draft, text, at, sent, alignerTokens: metered.used(), rewritten: text !== draft });
  };
  const options = {
    upstream,
    aligner: metered.aligner,
    messages,
    params,
    rounds,
    recovery: RECOVERY,
    signal,
  };
  const collected = await collect({ ...options, ...(lookahead !== undefined && { lookahead }) }, note);
  return { ...collected, committed };
}

const rewritesAfter = ({ committed }: Pass, rounds: number) =>
  committed.slice(rounds).filter(({ rewritten }) => rewritten).length;

function continued(pass: Pass, rounds: Rounds, shared: boolean): MethodResult {
  const { committed, counts, failed } = pass;
  const judged = sentencesOf(committed, rounds);
  return {
    method: streamName(rounds, 'continue'),
    text: pass.text,
    ...(failed && { failed }),
    cost: {
      firstTextMs: committed[0]?.at ?? (failed ? null : pass.totalMs),
      totalMs: pass.totalMs,
      keptTokens: counts.sentTokens,
      discardedTokens: counts.discardedTokens,
      alignerTokens: shared
        ? (judged.at(-1)?.alignerTokens ?? 0)
        : counts.alignerPromptTokens + counts.alignerCompletionTokens,
      ...(shared && { shared }),
    },
    sentences: judged.map(({ lead, draft, text }) => ({ lead, draft, text })),
  };
}

/** The answer ended after so many rounds: all of it is in the pass that goes on. */
function stopped(pass: Pass, rounds: Rounds): MethodResult {
  const whole = { ...continued(pass, rounds, false), method: streamName(rounds, 'stop') };
  const last = sentencesOf(pass.committed, rounds).at(-1);
  if (rounds === 'all' || pass.committed.length < rounds || !last) return whole;
  const { failed: _, ...rest } = whole;
  const keptShare = last.sent.length / Math.max(1, pass.text.length);
  return {
    ...rest,
    text: last.sent,
    cost: {
      ...whole.cost,
      totalMs: last.at,
      keptTokens: Math.round(whole.cost.keptTokens * keptShare),
      alignerTokens: last.alignerTokens,
      shared: true,
    },
  };
}

const sentencesOf = (committed: readonly Committed[], rounds: Rounds) =>
  rounds === 'all' ? committed : committed.slice(0, rounds);
