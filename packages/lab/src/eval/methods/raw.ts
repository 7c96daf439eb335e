import { collect } from '../collect.ts';
import { NOBODY } from '../../nobody.ts';
import { RECOVERY } from '../../patience.ts';
import { firstSentenceAt } from './first-sentence.ts';
import type { Asked, MethodResult } from './method.ts';

/** The upstream's own answer, which every other is measured against. */
export async function answerRaw(asked: Omit<Asked, 'raw'>, name = 'raw'): Promise<MethodResult> {
  const { messages, params, upstream, signal } = asked;
  const { text, events, counts, totalMs } = await collect({
    upstream,
    aligner: NOBODY,
    messages,
    params,
    rounds: 0,
    recovery: RECOVERY,
    signal,
  });
  return {
    method: name,
    text,
    cost: {
      firstTextMs: firstSentenceAt(events),
      totalMs,
      keptTokens: counts.sentTokens,
      discardedTokens: counts.discardedTokens,
      alignerTokens: 0,
    },
  };
}
