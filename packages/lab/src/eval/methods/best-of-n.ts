import { type Aligner, type ChatMessage, segmentText, StreamAlignerError } from '@stream-aligner/core';
import type { Asked, Method, MethodResult } from './method.ts';
import { answerRaw } from './raw.ts';

/** Puts a number to a whole answer: the higher, the better. Also tells the tokens it read for that. */
export type Ranker = (answer: {
  messages: readonly ChatMessage[];
  text: string;
  signal: AbortSignal;
}) => Promise<{ score: number; tokens: number }>;

/** At temperature 0 all samples would be the same. */
const LEAST_TEMPERATURE = 0.7;

/**
 * The best of the raw answer and `n` − 1 further samples, by `rank`; never by a task's checker, which nobody has outside of
 * a test. The samples are taken one after another, so its times are the longest there can be.
 */
export function createBestOfN({ n, rank }: { n: number; rank: Ranker }): Method {
  const name = `best-of-${n}`;
  return {
    names: [name],
    async answer(asked) {
      const { messages, signal } = asked;
      const samples = [asked.raw];
      while (samples.length < n) samples.push(await answerRaw(sampling(asked, samples.length)));
      const ranked: { sample: MethodResult; score: number; tokens: number }[] = [];
      for (const sample of samples)
        ranked.push({ sample, ...(await rank({ messages, text: sample.text, signal })) });
      // The first of equals: sorting is stable.
      const best = ranked.toSorted((one, other) => other.score - one.score)[0]?.sample ?? asked.raw;
      const sum = (of: (result: MethodResult) => number) =>
        samples.reduce((total, sample) => total + of(sample), 0);
      const totalMs = sum(({ cost }) => cost.totalMs);
      const written = sum(({ cost }) => cost.keptTokens + cost.discardedTokens);
      return [
        {
          method: name,
          text: best.text,
          cost: {
            // Which is best is known when the last has been ranked.
            firstTextMs: best.text.trim() === '' ? null : totalMs,
            totalMs,
            keptTokens: best.cost.keptTokens,
            discardedTokens: written - best.cost.keptTokens,
            alignerTokens: ranked.reduce((total, { tokens }) => total + tokens, 0),
          },
        },
      ];
    },
  };
}

function sampling({ params, ...asked }: Asked, index: number): Asked {
  const temperature = Math.max(params.temperature ?? 1, LEAST_TEMPERATURE);
  return { ...asked, params: { ...params, temperature, seed: (params.seed ?? 0) + index * 1_000_003 } };
}

/** Ranks by how likely the aligner is to leave the answer's sentences as they are: the mean over all their tokens. */
export function createCopyRanker(aligner: Aligner): Ranker {
  return async ({ messages, text, signal }) => {
    const session = await aligner.open({ messages: [...messages], signal });
    try {
      if (!session.likelihood)
        throw new StreamAlignerError(
          'configuration',
          `The aligner ${aligner.model} cannot tell how likely it is to copy a sentence, so that it cannot rank answers. Use one with a copy check that scores (vllm, sglang) or in this process, or rank by a reward model.`,
        );
      let [prefix, sum, tokens, read] = ['', 0, 0, 0];
      for (const segment of segmentText(text)) {
        const draft = segment.text.trim();
        if (draft !== '') {
          const found = await session.likelihood({ prefix, draft, kind: segment.kind, signal });
          sum += found.logProbability;
          tokens += found.tokens;
          read += found.usage?.promptTokens ?? 0;
        }
        prefix += segment.text;
      }
      return { score: tokens === 0 ? Number.NEGATIVE_INFINITY : sum / tokens, tokens: read };
    } finally {
      await session.close();
    }
  };
}
