import { createManualClock, DEFAULT_ANSWER } from '@stream-aligner/testkit';
import { describe, expect, it } from 'vitest';
import { scrape, valueOf } from '../testing/scrape.ts';
import { ask, eventsOf, startScriptedGateway } from '../testing/scripted-gateway.ts';

const FIRST = 'One came first.';
const SECOND = 'Then came two.';

/** A gateway whose aligner keeps its verdict on the first sentence until the server's next `step`. */
async function startHesitant({
  rewrites = false,
  ...model
}: Record<string, unknown> & { rewrites?: boolean } = {}) {
  const clock = createManualClock();
  const gateway = await startScriptedGateway({
    clock,
    models: { main: { upstream: 'scripted', ...model } },
    scripts: {
      upstream: ({ prefix }) =>
        prefix === '' || prefix === FIRST ? `${FIRST} ${SECOND}`.slice(prefix.length) : ` ${SECOND}`,
      aligner: ({ draft }) => (rewrites && draft === FIRST ? 'One was rewritten.' : undefined),
      behave: ({ party, draft }) => (party === 'aligner' && draft === FIRST ? 'slow' : undefined),
    },
  });
  const asked = (draft: string) => (request: { body: unknown }) =>
    JSON.stringify(request.body).includes(`##Answer_Last_Sentence: ${draft}`);
  return { clock, gateway, asked };
}

describe('how long a sentence is held', () => {
  it('is counted from its completion, also while those before it are judged', async () => {
    const { clock, gateway, asked } = await startHesitant();
    const answering = gateway.chat(ask('main')).then((response) => response.text());
    await gateway.models.until(({ requests }) =>
      [FIRST, SECOND].every((draft) => requests.some(asked(draft))),
    );
    clock.advance(1_500);
    gateway.models.step(1_000);
    await answering;
    const samples = await scrape(gateway);
    const kept = { model: 'main', verdict: 'kept' };
    expect(valueOf(samples, 'sentence_hold_seconds_count', kept)).toBe(2);
    expect(valueOf(samples, 'sentence_hold_seconds_sum', kept)).toBe(3);
    const judging = { model: 'main', by: 'decoding' };
    expect(valueOf(samples, 'judging_seconds_count', judging)).toBe(2);
    expect(valueOf(samples, 'judging_seconds_sum', judging)).toBeGreaterThanOrEqual(1.5);
    expect(valueOf(samples, 'sent_gap_seconds_count', { model: 'main' })).toBe(1);
  });

  it('begins anew for a sentence that is written again after a rewrite', async () => {
    const { clock, gateway, asked } = await startHesitant({ rewrites: true });
    const answering = gateway.chat(ask('main')).then((response) => response.text());
    await gateway.models.until(({ requests }) =>
      [FIRST, SECOND].every((draft) => requests.some(asked(draft))),
    );
    clock.advance(1_500);
    gateway.models.step(1_000);
    expect(await answering).toContain('One was rewritten.');
    const samples = await scrape(gateway);
    const held = (verdict: string) => valueOf(samples, 'sentence_hold_seconds_sum', { verdict });
    expect([held('rewritten'), held('kept')]).toEqual([1.5, 0]);
  });

  it('is nothing in shadow mode, where verdicts are counted all the same', async () => {
    const { gateway } = await startHesitant({ mode: 'shadow' });
    const answering = gateway.chat(ask('main')).then((response) => response.text());
    await gateway.models.until(({ requests }) => requests.length > 1);
    gateway.models.step(1_000);
    await answering;
    const samples = await scrape(gateway);
    expect(valueOf(samples, 'sentence_hold_seconds_count', { verdict: 'kept' })).toBeUndefined();
    expect(valueOf(samples, 'judging_seconds_count', { by: 'decoding' })).toBe(2);
    expect(valueOf(samples, 'sentences_total', { verdict: 'kept' })).toBe(2);
  });

  it('is told of a sentence without a verdict only where it goes out', async () => {
    const gateway = await startScriptedGateway({
      models: {
        block: { upstream: 'scripted', aligner: 'error-first' },
        pass: { upstream: 'scripted', aligner: 'error-first', onAlignerFailure: 'pass' },
      },
    });
    for (const model of ['block', 'pass']) await (await gateway.chat(ask(model))).text();
    const samples = await scrape(gateway);
    const held = (model: string) => valueOf(samples, 'sentence_hold_seconds_count', { model });
    expect([held('block'), held('pass')]).toEqual([undefined, 4]);
    const failed = (model: string) => valueOf(samples, 'sentences_total', { model, verdict: 'failed' });
    expect([failed('block'), failed('pass')]).toEqual([1, 4]);
  });
});

it('counts what a rewrite costs: a restart, and tokens that nobody was sent', async () => {
  const [, second = ''] = DEFAULT_ANSWER.split('. ');
  const gateway = await startScriptedGateway({
    models: { main: { upstream: 'scripted', lookahead: 4 } },
    scripts: { aligner: ({ draft }) => (draft.startsWith(second.slice(0, 10)) ? 'Rewritten.' : undefined) },
  });
  const events = await eventsOf(await gateway.chat(ask('main', { stream: true })));
  expect(events.at(-1)).toBe('[DONE]');
  const samples = await scrape(gateway);
  expect(valueOf(samples, 'sentences_total', { verdict: 'rewritten' })).toBe(1);
  expect(valueOf(samples, 'restarts_total')).toBe(1);
  expect(valueOf(samples, 'tokens_total', { kind: 'discarded' })).toBeGreaterThan(0);
  expect(valueOf(samples, 'sentence_hold_seconds_count', { verdict: 'rewritten' })).toBe(1);
  for (const side of ['upstream', 'sent'])
    expect(valueOf(samples, 'first_text_seconds_count', { side })).toBe(1);
  // One gap between each piece and the next: four sentences.
  expect(valueOf(samples, 'sent_gap_seconds_count')).toBe(3);
});

describe('a failure', () => {
  it.each([
    ['an upstream that fails for good', { upstream: 'cut@0' }, 'upstream', 'upstream-truncated'],
    [
      'an aligner that fails the answer, once',
      { upstream: 'scripted', aligner: 'chatty+empty', lookahead: 0 },
      'aligner',
      'aligner-failed',
    ],
    ['an upstream without a place', { upstream: 'error-first@429' }, 'answer', 'overloaded'],
  ])('%s is counted by party and code', async (_what, model, party, code) => {
    const gateway = await startScriptedGateway({ models: { main: model } });
    await (await gateway.chat(ask('main'))).text();
    const failures = (await scrape(gateway)).filter(({ name }) => name === 'stream_aligner_failures_total');
    expect(failures).toEqual([expect.objectContaining({ labels: { model: 'main', party, code }, value: 1 })]);
  });
});

it.each([
  ['upstream', { upstreamOptions: { maxConcurrent: 1 } }],
  ['aligner', { alignerOptions: { maxConcurrent: 1 } }],
])('says how many answers wait for their %s', async (party, options) => {
  const gateway = await startScriptedGateway({ models: { main: { upstream: 'slow' } }, ...options });
  expect(valueOf(await scrape(gateway), 'waiting_answers', { party })).toBe(0);
  const first = gateway.chat(ask('main'));
  await gateway.models.until(({ openRequests }) => openRequests === 1);
  const second = gateway.chat(ask('main'));
  const waits = async () => valueOf(await scrape(gateway), 'waiting_answers', { party }) === 1;
  while (!(await waits())) await new Promise((resolve) => setImmediate(resolve));
  while (valueOf(await scrape(gateway), 'active_answers') !== 0) {
    gateway.models.step(1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  for (const response of await Promise.all([first, second])) expect(response.status).toBe(200);
  expect(valueOf(await scrape(gateway), 'waiting_answers', { party })).toBe(0);
});
