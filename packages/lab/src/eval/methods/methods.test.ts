import { align } from '@stream-aligner/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scriptedAligner, scriptedUpstream } from '../../testing/scripted-models.ts';
import { createBestOfN, createCopyRanker } from './best-of-n.ts';
import { createFullMethod } from './full.ts';
import type { Asked } from './method.ts';
import { answerRaw } from './raw.ts';
import { createSelfCritique } from './self-critique.ts';
import { createStreamMethod, type Rounds, type Then } from './stream.ts';

const { signal } = new AbortController();
const messages = [{ role: 'user' as const, content: 'Why?' }];
const params = { temperature: 0, maxTokens: 500, seed: 1 };

async function askedOf(upstream: Asked['upstream']): Promise<Asked> {
  const asked = { messages, params, upstream, signal };
  return { ...asked, raw: await answerRaw(asked) };
}

/** An upstream that goes on from what stands there: after a mended sentence it writes another word. */
const steered = (sentences: readonly string[]) =>
  scriptedUpstream(() => sentences.map((text) => `${text}.`).join(' '));

/** Mends every word "bad". */
const mending = scriptedAligner((draft) => draft.replaceAll('bad', 'good'));

describe('stream', () => {
  const rounds: readonly Rounds[] = [1, 2, 3, 'all'];
  const thens: readonly Then[] = ['continue', 'stop'];
  const sentence = fc.constantFrom(
    'It is bad',
    'It is so',
    'Nobody knows',
    'That was bad',
    'The end is near',
  );

  it('gives what each number of rounds gives alone, from as few passes as it takes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(sentence, { maxLength: 6 }), async (sentences) => {
        let opened = 0;
        const upstream = scriptedUpstream(() => sentences.map((text) => `${text}.`).join(' '), {
          pause: async () => {
            opened += 1;
          },
        });
        const method = createStreamMethod({ aligner: mending, rounds, thens });
        const asked = await askedOf(upstream);
        opened = 0;
        const results = await method.answer(asked);
        const passes = opened;
        expect(results.map((result) => result.method)).toEqual(method.names);
        for (const count of rounds)
          for (const then of thens) {
            const alone = await align({ upstream, aligner: mending, messages, params, rounds: count, then });
            const found = results.find((result) => result.method === `stream/${count}/${then}`);
            expect(found?.text).toBe(alone.text);
            const sent = found?.sentences?.map(({ lead, text }) => lead + text).join('') ?? '';
            expect(alone.text.startsWith(sent)).toBe(true);
          }
        const flawed = sentences.flatMap((text, index) => (text.includes('bad') ? [index + 1] : []));
        // One pass for all rounds, and one for each number of rounds that something is mended after.
        expect(passes).toBe(1 + [1, 2, 3].filter((count) => flawed.some((at) => at > count)).length);
      }),
    );
  });

  it('fails with the aligner, from the round on in which that fails', async () => {
    const failing = scriptedAligner((draft) => (draft.startsWith('Third') ? undefined : draft));
    const upstream = scriptedUpstream(() => 'First one. Second one. Third one. Last one.');
    const results = await createStreamMethod({ aligner: failing, rounds: [2, 3, 'all'], thens }).answer(
      await askedOf(upstream),
    );
    const seen = Object.fromEntries(results.map(({ method, text, failed }) => [method, failed ?? text]));
    expect(seen).toEqual({
      'stream/2/continue': 'First one. Second one. Third one. Last one.',
      'stream/2/stop': 'First one. Second one.',
      'stream/3/continue': 'aligner-unparsable',
      'stream/3/stop': 'aligner-unparsable',
      'stream/all/continue': 'aligner-unparsable',
      'stream/all/stop': 'aligner-unparsable',
    });
  });

  it('counts what the aligner reads and writes up to each round', async () => {
    const upstream = scriptedUpstream(() => 'First one. Second one. Third one.');
    const results = await createStreamMethod({
      aligner: mending,
      rounds: [1, 2, 'all'],
      thens: ['stop'],
    }).answer({ ...(await askedOf(upstream)), lookahead: 0 });
    expect(results.map(({ cost }) => cost.alignerTokens)).toEqual([15, 30, 45]);
  });
});

describe('full', () => {
  it('shows a model the question and the whole answer, and takes what it writes', async () => {
    const prompts: string[] = [];
    const model = scriptedUpstream((prompt) => {
      prompts.push(prompt);
      return ' It is good. ';
    });
    const asked = await askedOf(steered(['It is bad']));
    const [result] = await createFullMethod({ model }).answer(asked);
    expect(result).toMatchObject({ method: 'full', text: 'It is good.' });
    expect(prompts[0]).toContain('Why?');
    expect(prompts[0]).toContain('It is bad.');
    expect(result?.cost.keptTokens).toBe(0);
    expect(result?.cost.discardedTokens).toBe(asked.raw.cost.keptTokens);
  });
});

describe('best of n', () => {
  it('takes the highest score, the raw answer where none is higher', async () => {
    let drawn = 0;
    const upstream = scriptedUpstream(() => {
      drawn += 1;
      return `Answer ${drawn}.`;
    });
    const best = createBestOfN({
      n: 4,
      rank: async ({ text }) => ({ score: text === 'Answer 3.' ? 1 : 0, tokens: 7 }),
    });
    const [result] = await best.answer(await askedOf(upstream));
    expect(result).toMatchObject({ method: 'best-of-4', text: 'Answer 3.' });
    expect(result?.cost.alignerTokens).toBe(28);
    drawn = 0;
    const even = createBestOfN({ n: 3, rank: async () => ({ score: 0, tokens: 0 }) });
    expect((await even.answer(await askedOf(upstream)))[0]?.text).toBe('Answer 1.');
  });

  it('samples at another seed and a temperature above 0', async () => {
    const seen: unknown[] = [];
    const upstream = scriptedUpstream(() => 'So.');
    const noting: Asked['upstream'] = {
      ...upstream,
      open: (request) => {
        seen.push([request.params.temperature, request.params.seed]);
        return upstream.open(request);
      },
    };
    await createBestOfN({ n: 3, rank: async () => ({ score: 0, tokens: 0 }) }).answer(await askedOf(noting));
    expect(seen).toEqual([
      [0, 1],
      [0.7, 1_000_004],
      [0.7, 2_000_007],
    ]);
  });

  it('by the aligner, goes by the mean over all tokens, and says when it cannot', async () => {
    const likely = {
      model: 'likely',
      open: async () => ({
        correct: async ({ draft }: { draft: string }) => ({ text: draft, by: 'decoding' as const }),
        likelihood: async ({ draft }: { draft: string }) => ({
          logProbability: draft.includes('bad') ? -9 : -1,
          tokens: 2,
          usage: { promptTokens: 3, completionTokens: 0 },
        }),
        close: async () => {},
      }),
    };
    const rank = createCopyRanker(likely);
    expect(await rank({ messages, text: 'So it is. All bad.', signal })).toEqual({ score: -2.5, tokens: 6 });
    expect(await rank({ messages, text: '', signal })).toEqual({
      score: Number.NEGATIVE_INFINITY,
      tokens: 0,
    });
    await expect(createCopyRanker(mending)({ messages, text: 'So.', signal })).rejects.toMatchObject({
      code: 'configuration',
    });
  });
});

it('self-critique asks for a critique and then for the answer anew', async () => {
  const asked: string[] = [];
  const upstream = scriptedUpstream((prompt) => {
    asked.push(prompt);
    return ['It is bad.', 'The word is bad.', 'It is good.'][asked.length - 1] ?? '';
  });
  const [result] = await createSelfCritique().answer(await askedOf(upstream));
  expect(result).toMatchObject({ method: 'self-critique', text: 'It is good.' });
  expect(asked).toHaveLength(3);
});
