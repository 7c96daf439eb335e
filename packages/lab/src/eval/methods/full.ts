import { questionOf, renderAligner, unescapeText, type Upstream } from '@stream-aligner/core';
import { collect } from '../collect.ts';
import { NOBODY } from '../../nobody.ts';
import { firstSentenceAt } from './first-sentence.ts';
import type { Method } from './method.ts';
import { RECOVERY } from '../../patience.ts';

/**
 * The whole-answer Aligner (Ji et al., NeurIPS 2024): `model`, trained on its contract, reads the finished answer and
 * writes it anew. Nothing is on the screen before the upstream has ended.
 */
export function createFullMethod({ model, name = 'full' }: { model: Upstream; name?: string }): Method {
  return {
    names: [name],
    async answer({ messages, params, raw, signal }) {
      const values = { question: questionOf([...messages]), answer: raw.text };
      const { text, events, counts, totalMs } = await collect({
        upstream: model,
        aligner: NOBODY,
        messages: [{ role: 'user', content: renderAligner(values) }],
        // The answer may grow, but not without end.
        params: {
          temperature: 0,
          ...(params.maxTokens !== undefined && { maxTokens: 2 * params.maxTokens }),
        },
        rounds: 0,
        recovery: RECOVERY,
        signal,
      });
      const first = firstSentenceAt(events);
      const corrected = unescapeText(text.trim());
      const isKept = corrected === raw.text.trim();
      return [
        {
          method: name,
          text: corrected,
          cost: {
            firstTextMs: first === null ? null : raw.cost.totalMs + first,
            totalMs: raw.cost.totalMs + totalMs,
            keptTokens: isKept ? raw.cost.keptTokens : 0,
            discardedTokens: raw.cost.discardedTokens + (isKept ? 0 : raw.cost.keptTokens),
            alignerTokens: (counts.promptTokens ?? 0) + counts.sentTokens,
          },
        },
      ];
    },
  };
}
