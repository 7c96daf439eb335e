import type { ChatMessage, Clock } from '@stream-aligner/core';
import { type ScoredTexts, startScoreServer } from '@stream-aligner/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createScoreModel, type ScoreModelOptions } from './score-model.ts';

const { signal } = new AbortController();
const messages: ChatMessage[] = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Why?' },
];
const asked = { messages, answer: 'Because it is.', signal };

/** Longer than any wait between tries. */
const LONG = { firstByte: 120_000, betweenBytes: 120_000 };

/** A score server and a model on it; the longer the answer, the better. */
async function served(model: string, options: Partial<ScoreModelOptions> = {}) {
  const score = ({ question, answer }: ScoredTexts) => answer.length + question.length / 100 - 20.5;
  const server = await startScoreServer({ score });
  onTestFinished(() => server.close());
  return { server, model: createScoreModel({ baseUrl: server.baseUrl, model, timeouts: LONG, ...options }) };
}

/** A clock on which every wait is over at once, and what was waited for; the limits of requests are no waits. */
function impatientClock() {
  const waits: number[] = [];
  const clock: Clock = {
    now: () => 0,
    after(ms, callback) {
      if (ms > 100_000) return () => {};
      waits.push(ms);
      const turn = setImmediate(callback);
      return () => clearImmediate(turn);
    },
  };
  return { clock, waits };
}

const SCORE = 14 + 4 / 100 - 20.5;

describe('a score', () => {
  it.each([
    ['classify', 'reward'],
    ['pooling', 'reward'],
    ['pooling', 'reward+tokens'],
    ['score', 'reward'],
  ] as const)('comes from /%s of %s as the model gave it', async (path, name) => {
    const { server, model } = await served(name, { path, apiKey: 'k' });
    expect(await model.score(asked)).toBeCloseTo(SCORE, 10);
    expect(server.requests).toMatchObject([
      {
        path: `/${path}`,
        status: 200,
        authorization: 'Bearer k',
        body: { model: name, use_activation: false },
      },
    ]);
  });

  it('is that of the conversation with the answer', async () => {
    const { server, model } = await served('reward');
    await model.score(asked);
    expect(server.requests[0]?.body['messages']).toEqual([
      ...messages,
      { role: 'assistant', content: 'Because it is.' },
    ]);
  });

  it('is the one that is named where there are several', async () => {
    const { model } = await served('reward+classes', { output: -1 });
    expect(await model.score(asked)).toBeCloseTo(-SCORE, 10);
    const none = await served('reward+classes');
    await expect(none.model.score(asked)).rejects.toMatchObject({
      code: 'configuration',
      message: expect.stringContaining('gives 2 numbers'),
    });
    const other = await served('reward+classes', { output: 2 });
    await expect(other.model.score(asked)).rejects.toMatchObject({ code: 'configuration' });
  });

  it('is squeezed where that is asked for', async () => {
    const { model } = await served('reward', { body: { use_activation: true } });
    expect(await model.score(asked)).toBeCloseTo(1 / (1 + Math.exp(-SCORE)), 10);
  });

  it.each(['null', 'bare-nan', 'empty', 'garbage'])(
    'is null, never a guess, where the reply is %s',
    async (fault) => {
      for (const path of ['classify', 'pooling', 'score'] as const) {
        const { server, model } = await served(`reward+${fault}`, { path });
        expect(await model.score(asked)).toBeNull();
        expect(server.requests).toHaveLength(1);
      }
    },
  );
});

describe('a server', () => {
  it('that is busy is asked again when it said', async () => {
    const { clock, waits } = impatientClock();
    const { server, model } = await served('reward+busy@2', { clock });
    expect(await model.score(asked)).toBeCloseTo(SCORE, 10);
    expect(server.requests.map(({ status }) => status)).toEqual([429, 429, 200]);
    expect(waits.filter((ms) => ms === 2_000)).toHaveLength(2);
  });

  it.each(['loading@3', 'broken@3'])('that is down for a moment (%s) is waited for', async (fault) => {
    const { clock, waits } = impatientClock();
    const { server, model } = await served(`reward+${fault}`, { clock });
    expect(await model.score(asked)).toBeCloseTo(SCORE, 10);
    expect(server.requests).toHaveLength(4);
    const [first = 0, second = 0, third = 0] = waits;
    expect(first).toBeLessThanOrEqual(1_000);
    expect(second).toBeGreaterThanOrEqual(1_000);
    expect(third).toBeGreaterThanOrEqual(2_000);
  });

  it('that stays down fails the score, and says so', async () => {
    const { clock } = impatientClock();
    const { server, model } = await served('reward+loading@99', { clock, attempts: 2 });
    await expect(model.score(asked)).rejects.toMatchObject({ code: 'upstream-failed' });
    expect(server.requests).toHaveLength(3);
  });

  it('that does not take the request is not asked again', async () => {
    const { server, model } = await served('unknown');
    await expect(model.score(asked)).rejects.toMatchObject({
      code: 'upstream-rejected',
      message: expect.stringMatching(
        /^The score model at http:.* status 404\. Check its base URL, the model name/,
      ),
    });
    expect(server.requests).toHaveLength(1);
    const wrong = await served('reward', { body: { use_activations: false } });
    await expect(wrong.model.score(asked)).rejects.toMatchObject({ code: 'upstream-rejected' });
  });

  it('is left when its caller leaves, while waiting too', async () => {
    const leaving = new AbortController();
    const { server, model } = await served('reward+loading@99', { backoffMs: 60_000 });
    const score = model.score({ ...asked, signal: leaving.signal });
    while (server.requests.length === 0) await new Promise(setImmediate);
    leaving.abort(new Error('gone'));
    await expect(score).rejects.toThrow('gone');
    expect(server.requests).toHaveLength(1);
  });
});

it('needs an address', () => {
  expect(() => createScoreModel({ baseUrl: 'localhost', model: 'x' })).toThrow("The score model's base URL");
});
