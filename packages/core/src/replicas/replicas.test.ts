import {
  createManualClock,
  createScriptedAligner,
  createScriptedUpstream,
  settle,
  type UpstreamFault,
} from '@stream-aligner/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Aligner } from '../aligner.ts';
import { StreamAlignerError } from '../errors.ts';
import type { AlignEvent } from '../events.ts';
import { align, alignStream } from '../loop/align.ts';
import type { AlignOptions } from '../loop/options.ts';
import { createAlignerReplicas } from './aligner-replicas.ts';
import { createBreaker } from './breaker.ts';
import { createLeasePool } from './lease-pool.ts';
import { limitAnswers } from './limit.ts';
import { createUpstreamList } from './upstream-list.ts';

const messages = [{ role: 'user', content: 'Why?' }] as const;

async function collect(clock: ReturnType<typeof createManualClock>, options: AlignOptions) {
  const events: AlignEvent[] = [];
  const running = (async () => {
    for await (const event of alignStream(options)) events.push(event);
  })();
  await settle(clock, running);
  return { events, sent: events.map(({ sent }) => sent).join(''), last: events.at(-1) };
}

describe('createUpstreamList', () => {
  const fault = fc.record({
    kind: fc.constantFrom<UpstreamFault['kind']>('cut', 'throw', 'stall'),
    afterCharacters: fc.integer({ min: 0, max: 200 }),
  });

  it('goes on with the next upstream from what was accepted, and the client cannot tell', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0 }),
        fc.integer({ min: 0 }),
        fc.array(fc.option(fault), { minLength: 1, maxLength: 4 }),
        async (textSeed, timingSeed, disturbances) => {
          const clock = createManualClock();
          // Both write the same: what they write is a function of the seed and the prefix.
          const broken = createScriptedUpstream({
            clock,
            textSeed,
            timingSeed,
            faultOf: (number) => disturbances[number] ?? null,
          });
          const sound = createScriptedUpstream({ clock, textSeed, timingSeed: timingSeed + 1 });
          const aligner = createScriptedAligner({ clock, verdictSeed: textSeed, timingSeed });
          const upstream = createUpstreamList([
            { upstream: broken, breaker: createBreaker({ clock }) },
            { upstream: sound, breaker: createBreaker({ clock }) },
          ]);
          const shared = { aligner, messages, clock, deadlines: { upstream: 1_000, correction: 1_000 } };
          const { sent, last } = await collect(clock, { ...shared, upstream });
          const undisturbed = await collect(clock, { ...shared, upstream: sound });
          if (last?.type === 'answer-failed' && undisturbed.last?.type === 'answer-finished') {
            expect(undisturbed.events.some(({ type }) => type === 'tool-call-delta')).toBe(true);
            return;
          }
          expect(sent).toBe(undisturbed.sent);
          expect(last?.type).toBe(undisturbed.last?.type);
          expect(broken.holding).toEqual({ sessions: 0, continuations: 0 });
          expect(sound.holding).toEqual({ sessions: 0, continuations: 0 });
        },
      ),
      { numRuns: 150 },
    );
  });

  it('names the upstream that failed and the one that goes on', async () => {
    const clock = createManualClock();
    const scripted = (model: string, kind: UpstreamFault['kind'] | null) => ({
      breaker: createBreaker({ clock }),
      upstream: {
        ...createScriptedUpstream({
          clock,
          textSeed: 4,
          timingSeed: 4,
          faultOf: () => kind && { kind, afterCharacters: 30 },
        }),
        model,
      },
    });
    const { events } = await collect(clock, {
      upstream: createUpstreamList([
        scripted('one', 'cut'),
        scripted('two', 'throw'),
        scripted('three', null),
      ]),
      aligner: createScriptedAligner({ clock, verdictSeed: 4, timingSeed: 4, rewritePercent: 0 }),
      messages,
      clock,
    });
    const told = events.flatMap((event) =>
      event.type === 'upstream-failed' || event.type === 'upstream-restarted'
        ? [[event.type, event.upstream]]
        : [],
    );
    expect(told).toEqual([
      ['upstream-failed', 'one'],
      ['upstream-restarted', 'two'],
      ['upstream-failed', 'two'],
      ['upstream-restarted', 'three'],
    ]);
  });

  it('lets another upstream answer what one of them rejects, and fails with the last rejection', async () => {
    const clock = createManualClock();
    const rejecting = {
      breaker: createBreaker({ clock }),
      upstream: {
        model: 'rejecting',
        continuation: 'native' as const,
        open: async () => ({
          // oxlint-disable-next-line require-yield
          async *continueFrom() {
            throw new StreamAlignerError('upstream-rejected', 'No.');
          },
          close: async () => {},
        }),
      },
    };
    const sound = {
      breaker: createBreaker({ clock }),
      upstream: createScriptedUpstream({ clock, textSeed: 2, timingSeed: 2 }),
    };
    const aligner = createScriptedAligner({ clock, verdictSeed: 2, timingSeed: 2, rewritePercent: 0 });
    const run = (upstream: AlignOptions['upstream']) =>
      collect(clock, { upstream, aligner, messages, clock });
    const { last } = await run(createUpstreamList([rejecting, sound]));
    expect(last?.type).toBe('answer-finished');
    const { last: failed } = await run(createUpstreamList([rejecting, rejecting]));
    expect(failed?.type === 'answer-failed' && failed.error.code).toBe('upstream-rejected');
    expect(rejecting.breaker.open).toBe(false);
  });

  it('begins with an upstream that is up, once another has failed too often', async () => {
    const clock = createManualClock();
    const dead = createScriptedUpstream({
      clock,
      textSeed: 2,
      timingSeed: 2,
      faultOf: () => ({ kind: 'throw', afterCharacters: 0 }),
    });
    const sound = createScriptedUpstream({ clock, textSeed: 2, timingSeed: 2 });
    const members = [
      { upstream: { ...dead, model: 'dead' }, breaker: createBreaker({ clock, failures: 2, openMs: 1_000 }) },
      { upstream: { ...sound, model: 'sound' }, breaker: createBreaker({ clock }) },
    ] as const;
    const upstream = createUpstreamList(members);
    const aligner = createScriptedAligner({ clock, verdictSeed: 2, timingSeed: 2, rewritePercent: 0 });
    const failures = async () => {
      const { events } = await collect(clock, { upstream, aligner, messages, clock });
      return events.filter(({ type }) => type === 'upstream-failed').length;
    };
    expect([await failures(), await failures(), await failures()]).toEqual([1, 1, 0]);
    clock.advance(2_000);
    expect([await failures(), await failures()]).toEqual([1, 0]);
  });
});

describe('createAlignerReplicas', () => {
  const failing = (code: 'aligner-failed' | 'aligner-unparsable', calls: string[] = []): Aligner => ({
    model: 'failing',
    open: async () => ({
      async correct() {
        calls.push(code);
        throw new StreamAlignerError(code, 'It does not work.');
      },
      close: async () => {},
    }),
  });
  const keeping = (calls: string[] = []): Aligner => ({
    model: 'keeping',
    open: async () => ({
      async correct({ draft }) {
        calls.push(draft);
        return { text: draft, by: 'decoding' };
      },
      close: async () => {},
    }),
  });

  async function answer(aligner: Aligner, clock = createManualClock()) {
    const upstream = createScriptedUpstream({ clock, textSeed: 2, timingSeed: 2 });
    return collect(clock, { upstream, aligner, messages, clock });
  }

  it('asks the next replica for a draft that one fails to judge', async () => {
    const members = [failing('aligner-failed'), keeping()].map((aligner) => ({
      aligner,
      breaker: createBreaker(),
    }));
    const [one, two] = members;
    if (!one || !two) throw new Error('two members');
    expect((await answer(createAlignerReplicas([one, two]))).last?.type).toBe('answer-finished');
  });

  it('tells how likely a copy is where its replicas can, and says what is missing where not', async () => {
    const { signal } = new AbortController();
    const request = { prefix: '', draft: 'So.', kind: 'prose', signal } as const;
    const telling: Aligner = {
      model: 'telling',
      open: async (asked) => ({
        ...(await keeping().open(asked)),
        likelihood: async ({ draft }) => ({ logProbability: -draft.length, tokens: 1 }),
      }),
    };
    const asked = async (aligner: Aligner) => {
      const replicas = createAlignerReplicas([{ aligner, breaker: createBreaker() }]);
      const session = await replicas.open({ messages: [...messages], signal });
      return session.likelihood?.(request);
    };
    expect(await asked(telling)).toEqual({ logProbability: -3, tokens: 1 });
    await expect(asked(keeping())).rejects.toMatchObject({ code: 'configuration' });
  });

  it('does not ask another for what is wrong with the draft or the model', async () => {
    const calls: string[] = [];
    const one = { aligner: failing('aligner-unparsable'), breaker: createBreaker({ failures: 1 }) };
    const { last } = await answer(
      createAlignerReplicas([one, { aligner: keeping(calls), breaker: createBreaker() }]),
    );
    expect(last?.type === 'answer-failed' && last.error.code).toBe('aligner-unparsable');
    expect(calls).toEqual([]);
    expect(one.breaker.open).toBe(false);
  });

  it('gives up a replica that is silent, and asks the next', async () => {
    const clock = createManualClock();
    const silent: Aligner = {
      model: 'silent',
      open: async () => ({ correct: () => new Promise(() => {}), close: async () => {} }),
    };
    const aligner = createAlignerReplicas(
      [
        { aligner: silent, breaker: createBreaker({ clock }) },
        { aligner: keeping(), breaker: createBreaker({ clock }) },
      ],
      { attemptMs: 100, clock },
    );
    expect((await answer(aligner, clock)).last?.type).toBe('answer-finished');
    expect(clock.pending).toBe(0);
  });

  it('fails at once while all are down, and says when to come back', async () => {
    const clock = createManualClock();
    const calls: string[] = [];
    const breaker = createBreaker({ clock, failures: 2, openMs: 5_000 });
    const aligner = createAlignerReplicas([{ aligner: failing('aligner-failed', calls), breaker }]);
    for (let i = 0; i < 4; i += 1) await answer(aligner, clock);
    expect(breaker.open).toBe(true);
    const asked = calls.length;
    const { last } = await answer(aligner, clock);
    expect(calls).toHaveLength(asked);
    if (last?.type !== 'answer-failed') throw new Error('it did not fail');
    expect(last.error.code).toBe('overloaded');
    expect(last.error.details['retryAfterSeconds']).toBe(5);
  });

  it('is not left alone for what clients ask, only for being silent or broken', async () => {
    const clock = createManualClock();
    const answering = (correct: () => Promise<never>): Aligner => ({
      model: 'one',
      open: async () => ({ correct, close: async () => {} }),
    });
    const rejecting = answering(() =>
      Promise.reject(new StreamAlignerError('aligner-rejected', 'It is too long.')),
    );
    const patient = createBreaker({ clock, failures: 1 });
    const { last } = await answer(createAlignerReplicas([{ aligner: rejecting, breaker: patient }]), clock);
    expect(last?.type).toBe('answer-failed');
    expect(patient.open).toBe(false);
    const strict = createBreaker({ clock, failures: 1 });
    const silent = answering(() => new Promise(() => {}));
    await answer(createAlignerReplicas([{ aligner: silent, breaker: strict }]), clock);
    expect(strict.open).toBe(true);
  });

  it('spreads answers over the replicas', async () => {
    const calls = [[], []] as [string[], string[]];
    const aligner = createAlignerReplicas([
      { aligner: keeping(calls[0]), breaker: createBreaker() },
      { aligner: keeping(calls[1]), breaker: createBreaker() },
    ]);
    const { signal } = new AbortController();
    const open = () => aligner.open({ messages: [...messages], signal });
    const sessions = [await open(), await open()];
    for (const session of sessions)
      await session.correct({ prefix: '', draft: 'So.', kind: 'prose', signal });
    expect(calls).toEqual([['So.'], ['So.']]);
    await Promise.all(sessions.map((session) => session.close()));
  });
});

describe('limitAnswers', () => {
  it('writes for so many answers at once, and gives every place back', async () => {
    const clock = createManualClock();
    const inner = createScriptedUpstream({ clock, textSeed: 2, timingSeed: 2 });
    let most = 0;
    const pool = createLeasePool({ items: [0, 1], maxQueue: 2, what: 'places', raise: 'maxConcurrent' });
    const upstream = limitAnswers(inner, pool);
    const aligner = createScriptedAligner({ clock, verdictSeed: 2, timingSeed: 2, rewritePercent: 0 });
    const one = async () => {
      for await (const _ of alignStream({ upstream, aligner, messages, clock }))
        most = Math.max(most, inner.holding.sessions);
      return 'over';
    };
    await settle(clock, Promise.all([one(), one(), one(), one()]));
    expect(most).toBe(2);
    await settle(clock, pool.close());
  });

  it('refuses those for whom there is no place in the queue', async () => {
    const clock = createManualClock();
    const pool = createLeasePool({ items: [0], maxQueue: 0, what: 'places', raise: 'maxConcurrent' });
    const upstream = limitAnswers(createScriptedUpstream({ clock, textSeed: 2, timingSeed: 2 }), pool);
    const aligner = createScriptedAligner({ clock, verdictSeed: 2, timingSeed: 2 });
    const ask = () =>
      align({ upstream, aligner, messages, clock, recovery: { attempts: 0 } }).then(
        () => 'answered',
        (error: StreamAlignerError) => error.code,
      );
    const outcomes = await settle(clock, Promise.all([ask(), ask()]));
    expect(outcomes.toSorted()).toEqual(['answered', 'overloaded']);
  });
});

describe('createBreaker', () => {
  it('opens after failures in a row, lets one try now and then, and closes on success', () => {
    const clock = createManualClock();
    const breaker = createBreaker({ clock, failures: 2, openMs: 1_000 });
    breaker.failed();
    breaker.succeeded();
    breaker.failed();
    expect(breaker.tryEnter()).toBe(true);
    breaker.failed();
    expect([breaker.open, breaker.tryEnter()]).toEqual([true, false]);
    clock.advance(1_000);
    expect([breaker.tryEnter(), breaker.tryEnter()]).toEqual([true, false]);
    breaker.failed();
    clock.advance(999);
    expect(breaker.tryEnter()).toBe(false);
    clock.advance(1);
    expect(breaker.tryEnter()).toBe(true);
    breaker.succeeded();
    expect([breaker.open, breaker.tryEnter()]).toEqual([false, true]);
  });
});
