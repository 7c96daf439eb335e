import type { GenerationParams, UpstreamEvent, UpstreamSession } from '@stream-aligner/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tinyModelPath } from './tiny-pair.ts';
import { createLocalUpstream, type LocalUpstream } from './upstream.ts';

let upstream: LocalUpstream;
beforeAll(async () => {
  upstream = await createLocalUpstream({
    modelPath: await tinyModelPath('upstream'),
    sequences: 2,
    maxQueue: 1,
  });
});
afterAll(() => upstream.close());

const QUESTIONS = [
  'Tom has 12 apples. He buys 5 more. How many apples does Tom have now?',
  'Beth puts 38 red lemons, 27 old lemons and 35 green lemons into a bag. How many lemons is that in all?',
  'Alice had 69 goats. Rosa had 55 goats. After lunch, Alice gave Rosa 18 of the goats. How many goats does Rosa have in the end?',
  'Wie spät ist es? 你好 😀',
];
const signal = new AbortController().signal;
const open = (question: string, params: GenerationParams = {}) =>
  upstream.open({ messages: [{ role: 'user', content: question }], params, signal });

async function collect(events: AsyncIterable<UpstreamEvent>) {
  const collected = { text: '', reason: '', promptTokens: 0, completionTokens: 0 };
  for await (const event of events) {
    if (event.type === 'text-delta') collected.text += event.text;
    if (event.type === 'usage') Object.assign(collected, event.usage);
    if (event.type === 'finish') collected.reason = event.reason;
  }
  return collected;
}

async function answer(question: string, params: GenerationParams = {}, prefix = '', limits = {}) {
  const session = await open(question, params);
  try {
    return await collect(session.continueFrom(prefix, signal, limits));
  } finally {
    await session.close();
  }
}

describe('a local upstream', () => {
  it('answers, finishes, and counts', async () => {
    const { text, reason, promptTokens, completionTokens } = await answer(QUESTIONS[0] ?? '');
    expect(text).not.toBe('');
    expect(reason).toBe('stop');
    expect(promptTokens).toBeGreaterThan(10);
    expect(completionTokens).toBeGreaterThan(5);
  });

  it('writes the same however often and wherever it is interrupted', async () => {
    const params = fc.constantFrom(
      {},
      { temperature: 0.8, seed: 7 },
      { temperature: 1.2, topP: 0.9, seed: 8 },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...QUESTIONS),
        params,
        fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 6 }),
        async (question, sampled, steps) => {
          const whole = await answer(question, sampled);
          const session = await open(question, sampled);
          let prefix = '';
          for (const step of steps) {
            // As the loop does: read on beyond the place, leave, and continue from the place.
            const text = await readAbout(session, prefix, step + 5);
            prefix += wellFormedStart(text, step).trimEnd();
          }
          const rest = await collect(session.continueFrom(prefix, signal));
          await session.close();
          expect(prefix + rest.text).toBe(whole.text);
          expect(rest.reason).toBe(whole.reason);
        },
      ),
      { numRuns: 30 },
    );

    async function readAbout(session: UpstreamSession, prefix: string, characters: number) {
      let text = '';
      for await (const event of session.continueFrom(prefix, signal)) {
        if (event.type === 'text-delta') text += event.text;
        if (text.length >= characters) break;
      }
      return text;
    }
    function wellFormedStart(text: string, length: number) {
      const start = text.slice(0, length);
      return start.isWellFormed() ? start : start.slice(0, -1);
    }
  });

  it('continues a rewritten prefix as if it had never written anything else', async () => {
    const question = QUESTIONS[1] ?? '';
    for (const rewritten of [
      'The red and old lemons make 38 + 27 = 66 lemons.',
      'So it is',
      'Nonsense: 你好.',
    ]) {
      const fresh = await answer(question, {}, rewritten);
      const session = await open(question);
      await collect(session.continueFrom('', signal, { maxTokens: 30 }));
      const restarted = await collect(session.continueFrom(rewritten, signal));
      await session.close();
      expect(restarted).toEqual(fresh);
    }
  });

  it('repeats a seed, and differs between seeds', async () => {
    const texts: string[] = [];
    for (const seed of [1, 1, 2, 3, 4, 5])
      // It has never seen this one, so that it is sure of nothing.
      texts.push((await answer(QUESTIONS[3] ?? '', { temperature: 1.5, seed })).text);
    expect(texts[0]).toBe(texts[1]);
    expect(new Set(texts).size).toBeGreaterThan(1);
  });

  it('stops at the limit with length, and gives nothing for a limit of 0', async () => {
    const cut = await answer(QUESTIONS[0] ?? '', {}, '', { maxTokens: 5 });
    expect(cut).toMatchObject({ reason: 'length', completionTokens: 5 });
    expect(await answer(QUESTIONS[0] ?? '', {}, '', { maxTokens: 0 })).toMatchObject({
      reason: 'length',
      text: '',
    });
  });

  it('stops within a token when its signal aborts', async () => {
    const session = await open(QUESTIONS[0] ?? '');
    const leaving = new AbortController();
    let after = 0;
    const reading = (async () => {
      for await (const event of session.continueFrom('', leaving.signal)) {
        if (leaving.signal.aborted && event.type === 'text-delta') after += 1;
        leaving.abort(new Error('gone'));
      }
    })();
    await expect(reading).rejects.toThrow('gone');
    expect(after).toBe(0);
    const again = await collect(session.continueFrom('', signal));
    expect(again).toEqual(await answer(QUESTIONS[0] ?? ''));
    await session.close();
    await expect(collect(session.continueFrom('', signal))).rejects.toMatchObject({ code: 'closed' });
  });

  it('names the sizes of a conversation that does not fit, and gives the sequence back', async () => {
    const long = 'apple '.repeat(5000);
    for (let time = 0; time < 4; time += 1)
      await expect(open(long)).rejects.toMatchObject({
        code: 'context-overflow',
        message: expect.stringMatching(/has (at least )?\d+ tokens.*can hold \d+/),
      });
    const session = await open('Hello');
    await expect(collect(session.continueFrom(long.trim(), signal))).rejects.toMatchObject({
      code: 'context-overflow',
    });
    await session.close();
  });

  it('refuses what is far too long without reading it all', async () => {
    const endless = 'a'.repeat(9_000_000);
    await open('warm').then((session) => session.close());
    const began = performance.now();
    await expect(open(endless)).rejects.toMatchObject({
      code: 'context-overflow',
      message: expect.stringMatching(/has at least \d+ tokens.*can hold \d+/),
    });
    const session = await open('Hello');
    await expect(collect(session.continueFrom(endless, signal))).rejects.toMatchObject({
      code: 'context-overflow',
    });
    expect(performance.now() - began).toBeLessThan(500);
    await session.close();
  });

  it('goes on from a prefix that ends in whitespace as from the same without it', async () => {
    const question = QUESTIONS[0] ?? '';
    const whole = (await answer(question)).text;
    const gaps = [...whole.matchAll(/\s+/g)];
    expect(gaps.length).toBeGreaterThan(4);
    for (const { index, 0: gap } of gaps.slice(0, 12)) {
      const prefix = whole.slice(0, index);
      const plain = await answer(question, {}, prefix);
      const lead = /^\s*/.exec(plain.text)?.[0] ?? '';
      for (const owed of [gap, ' ', '\n', ' \n ']) {
        const session = await open(question);
        const spaced = await collect(session.continueFrom(prefix + owed, signal));
        const rest = plain.text.slice(lead.length);
        expect(spaced.text).toBe(lead.startsWith(owed) ? lead.slice(owed.length) + rest : rest);
        expect(spaced.reason).toBe(plain.reason);
        // Interrupted after its first word, it still goes on with what it wrote, not with what the client was sent.
        const word = /^\s*\S+/.exec(spaced.text)?.[0] ?? '';
        const again = await collect(session.continueFrom(prefix + owed + word, signal));
        expect(word + again.text).toBe(spaced.text);
        await session.close();
      }
    }
  });

  it('ends with length when its context is full', async () => {
    const small = await createLocalUpstream({
      modelPath: await tinyModelPath('upstream'),
      sequences: 1,
      contextSize: 256,
    });
    const session = await small.open({
      messages: [{ role: 'user', content: 'apple '.repeat(50) }],
      params: { temperature: 3, seed: 1 },
      signal,
    });
    let prefix = '';
    let reason = '';
    for (let time = 0; time < 200 && reason !== 'length'; time += 1) {
      const part = await collect(session.continueFrom(prefix, signal));
      prefix = `${prefix}${part.text.trimEnd()} and`;
      reason = part.reason;
    }
    expect(reason).toBe('length');
    await session.close();
    await small.close();
  });

  it('lets answers wait for a sequence, and refuses what the queue cannot hold', async () => {
    const [first, second] = await Promise.all([open('a'), open('b')]);
    const third = open('c');
    await expect(open('d')).rejects.toMatchObject({ code: 'overloaded' });
    await first?.close();
    await (await third).close();
    await second?.close();
  });
});
