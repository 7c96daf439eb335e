import { StreamAlignerError } from '@stream-aligner/core';
import { createAligner, createUpstream } from '@stream-aligner/providers';
import { type ScriptedServerOptions, scriptAnswers, startScriptedServer } from '@stream-aligner/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { scriptedUpstream } from '../../testing/scripted-models.ts';
import type { Prefixes } from '../tuple.ts';
import type { AnyWorld } from '../../worlds/worlds.ts';
import { tuplesOf } from './answer-record.ts';
import { checkedBy, checkerAnnotator, modelAnnotator } from './annotator.ts';
import { runAnswer } from './run-answer.ts';
import type { AnswerTask } from './task.ts';

const QUESTION = 'How many legs?';
const ANSWER = 'A cat has five legs. It sleeps.\n\nA bird has two legs. It flies.';
const FIVE = 'A cat has five legs.';
const FOUR = 'A cat has four legs.';

const task = (prefixes: Prefixes = 'corrected', rest: Partial<AnswerTask> = {}): AnswerTask => ({
  id: '0123456789abcdef',
  messages: [{ role: 'user', content: QUESTION }],
  upstream: 'big',
  prefixes,
  sample: 0,
  temperature: 0.5,
  seed: 7,
  ...rest,
});

/** An upstream and an annotator over real HTTP, and the server that plays both. */
async function scripted(
  options: ScriptedServerOptions = {},
  models: { upstream?: string; annotator?: string } = {},
) {
  const server = await startScriptedServer({
    upstream: scriptAnswers({ [QUESTION]: ANSWER }),
    aligner: ({ draft }) => (draft === FIVE ? FOUR : draft),
    ...options,
  });
  onTestFinished(() => server.close());
  const { baseUrl } = server;
  const upstream = createUpstream({
    type: 'openai-compatible',
    baseUrl,
    model: models.upstream ?? 'scripted',
    continuation: 'flags',
  });
  const aligner = createAligner({
    type: 'openai-compatible',
    baseUrl,
    model: models.annotator ?? 'scripted',
    contract: 'instruct',
  });
  const annotator = modelAnnotator({ name: 'teacher', aligner, retries: 1 });
  const { signal } = new AbortController();
  return { server, upstream, annotator, maxTokens: 100, signal };
}

/** What the tuples of an answer teach. */
const pairsOf = (record: Parameters<typeof tuplesOf>[0]) =>
  tuplesOf(record).map(({ record: { prefix, last, correction } }) => [prefix, last, correction]);

describe('an answer', () => {
  it('gives the sentences with the corrected prefixes that the upstream went on from', async () => {
    const { server, ...models } = await scripted();
    const record = await runAnswer(task(), models);
    expect(record).toMatchObject({
      id: '0123456789abcdef',
      question: QUESTION,
      upstream: 'big',
      annotator: 'teacher',
      prefixes: 'corrected',
      seed: 7,
      temperature: 0.5,
      end: 'stop',
    });
    expect(pairsOf(record)).toEqual([
      ['', FIVE, FOUR],
      [FOUR, 'It sleeps.', 'It sleeps.'],
      [`${FOUR} It sleeps.`, 'A bird has two legs.', 'A bird has two legs.'],
      [`${FOUR} It sleeps.\n\nA bird has two legs.`, 'It flies.', 'It flies.'],
    ]);
    // What the annotator was shown, it was shown of these prefixes.
    const asked = server.requests.filter(({ body }) => JSON.stringify(body).includes('##Answer_Prefix'));
    expect(asked.length).toBeGreaterThanOrEqual(4);
    const continued = server.requests
      .filter((request) => !asked.includes(request))
      .map(({ prefix }) => prefix);
    expect(continued).toEqual(['', FOUR]);
    expect(server.requests[0]?.body).toMatchObject({ temperature: 0.5, seed: 7 });
  });

  it('with its own prefixes keeps its errors in them, and is not interrupted', async () => {
    const { server, ...models } = await scripted();
    const record = await runAnswer(task('own'), models);
    expect(pairsOf(record)).toEqual([
      ['', FIVE, FOUR],
      [FIVE, 'It sleeps.', 'It sleeps.'],
      [`${FIVE} It sleeps.`, 'A bird has two legs.', 'A bird has two legs.'],
      [`${FIVE} It sleeps.\n\nA bird has two legs.`, 'It flies.', 'It flies.'],
    ]);
    const continued = server.requests.filter(({ body }) => !JSON.stringify(body).includes('##Answer_Prefix'));
    expect(continued).toHaveLength(1);
  });

  it('waits for every verdict with its own prefixes, however many there are', async () => {
    const sentences = Array.from({ length: 40 }, (_, number) => `Sentence ${number} is here.`);
    const { server: _server, ...models } = await scripted(
      { upstream: scriptAnswers({ [QUESTION]: sentences.join(' ') }) },
      { annotator: 'hesitant@5' },
    );
    const record = await runAnswer(task('own'), { ...models, maxTokens: 1000 });
    expect(record.sentences).toHaveLength(40);
  });

  it('leaves out a last sentence that was cut off', async () => {
    const { server: _server, ...models } = await scripted({}, { upstream: 'length@6' });
    const record = await runAnswer(task(), models);
    expect(record.end).toBe('length');
    expect(pairsOf(record).map(([, last]) => last)).not.toContain('A');
    for (const [, last] of pairsOf(record)) expect(last).toMatch(/\.$/);
  });

  it('ends before a sentence that the annotator has no verdict on', async () => {
    const { server: _server, ...models } = await scripted({
      behave: ({ draft }) => (draft === 'A bird has two legs.' ? 'chatty' : undefined),
    });
    for (const prefixes of ['corrected', 'own'] as const) {
      const record = await runAnswer(task(prefixes), models);
      expect(record.end).toBe('unparsable');
      expect(pairsOf(record).map(([, last]) => last)).toEqual([FIVE, 'It sleeps.']);
    }
  });

  it('fails with the upstream, with the annotator, and when the first verdict is none', async () => {
    const broken = await scripted({}, { upstream: 'error-first@400' });
    await expect(runAnswer(task(), broken)).rejects.toMatchObject({ code: 'upstream-rejected' });
    const mute = await scripted({}, { annotator: 'error-first@400' });
    await expect(runAnswer(task(), mute)).rejects.toBeInstanceOf(StreamAlignerError);
    const chatty = await scripted({}, { annotator: 'chatty' });
    await expect(runAnswer(task(), chatty)).rejects.toMatchObject({ code: 'aligner-unparsable' });
  });

  it('refuses a rewrite with its own prefixes as it would otherwise', async () => {
    const long = { aligner: () => 'and on '.repeat(200) };
    for (const prefixes of ['corrected', 'own'] as const) {
      const models = await scripted(long);
      await expect(runAnswer(task(prefixes), models)).rejects.toThrow(/refused/);
    }
  });

  it('is left when its signal aborts', async () => {
    const models = await scripted({}, { upstream: 'silent' });
    const controller = new AbortController();
    const running = runAnswer(task(), { ...models, signal: controller.signal });
    await models.server.until(({ openRequests }) => openRequests > 0);
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'closed' });
    await models.server.until(({ openRequests }) => openRequests === 0);
  });

  it('takes a conversation as its question', async () => {
    const messages = [
      { role: 'user' as const, content: 'Hello.' },
      { role: 'assistant' as const, content: 'Hi.' },
      { role: 'user' as const, content: QUESTION },
    ];
    const { server: _server, ...models } = await scripted();
    const record = await runAnswer(task('corrected', { messages }), models);
    expect(record.question).toBe(`User: Hello.\nAssistant: Hi.\nUser: ${QUESTION}`);
  });
});

describe('a checker', () => {
  const steps = ['One is one.', 'Two is two.', 'Three is three.'];
  /** A world in which every answer is the three steps. */
  const world: AnyWorld = {
    name: 'steps',
    generate: () => [{ question: QUESTION }],
    taught: () => [],
    solution: () => steps,
    correct: (_problem, { prefix }) => steps[prefix === '' ? 0 : prefix.split('. ').length] ?? null,
    score: () => ({ right: true, helpful: 1, harmful: 0 }),
    invent: () => [],
    strata: () => [],
  };
  const checked = (answer: string, prefixes: Prefixes) =>
    runAnswer(task(prefixes, { problem: { question: QUESTION } }), {
      upstream: scriptedUpstream(() => answer),
      annotator: checkerAnnotator(world),
      maxTokens: 100,
      signal: new AbortController().signal,
    });

  it('says what should stand, and where the answer was complete', async () => {
    const answer = 'One is one. Two is too. Three is three. Four is too much. Five is more.';
    for (const prefixes of ['corrected', 'own'] as const) {
      const record = await checked(answer, prefixes);
      expect(record.end).toBe('complete');
      expect(pairsOf(record).map(([, last, correction]) => [last, correction])).toEqual([
        ['One is one.', 'One is one.'],
        ['Two is too.', 'Two is two.'],
        ['Three is three.', 'Three is three.'],
      ]);
      expect(record.sentences[1]).toMatchObject({ checked: true });
    }
  });

  it('confirms the rewrites of another annotator, or does not', async () => {
    const models = await scripted({
      upstream: scriptAnswers({ [QUESTION]: 'One is wrong. Two is wrong.' }),
      aligner: ({ draft }) => (draft.startsWith('One') ? 'One is one.' : 'Two is a number.'),
    });
    const annotator = checkedBy(models.annotator, world);
    const record = await runAnswer(task('corrected', { problem: { question: QUESTION } }), {
      ...models,
      annotator,
    });
    expect(record.sentences.map(({ checked }) => checked)).toEqual([true, false]);
  });
});
