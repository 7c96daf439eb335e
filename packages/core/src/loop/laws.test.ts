import { getEventListeners } from 'node:events';
import {
  createDice,
  createManualClock,
  createScriptedAligner,
  createScriptedUpstream,
  type ScriptedAlignerOptions,
  type ScriptedUpstreamOptions,
  settle,
  type UpstreamFault,
} from '@stream-aligner/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlignEvent } from '../events.ts';
import { align, alignStream } from './align.ts';
import type { AlignOptions } from './options.ts';

interface World {
  upstream?: Partial<ScriptedUpstreamOptions>;
  aligner?: Partial<ScriptedAlignerOptions>;
  options?: Partial<AlignOptions>;
  /** Abort after this much virtual time. */
  abortAt?: number;
  /** Stop reading after this many events. */
  leaveAfter?: number;
}

/** Runs one answer to its end on a virtual clock and collects all that can be known of it. */
async function run(textSeed: number, timingSeed: number, world: World = {}) {
  const clock = createManualClock();
  const caller = new AbortController();
  const prefixes: { asked: string; sent: string }[] = [];
  let sent = '';
  const upstream = createScriptedUpstream({
    clock,
    textSeed,
    timingSeed,
    onContinue: (asked) => prefixes.push({ asked, sent }),
    ...world.upstream,
  });
  const aligner = createScriptedAligner({
    clock,
    verdictSeed: textSeed,
    timingSeed: timingSeed + 1,
    ...world.aligner,
  });
  const options: AlignOptions = {
    upstream,
    aligner,
    messages: [{ role: 'user', content: 'Why?' }],
    signal: caller.signal,
    clock,
    deadlines: { open: 1_000, upstream: 1_000, correction: 1_000, answer: 100_000 },
    recovery: { attempts: 0 },
    ...world.options,
  };
  const events: AlignEvent[] = [];
  const cancelAbort =
    world.abortAt === undefined ? () => {} : clock.after(world.abortAt, () => caller.abort());
  await settle(
    clock,
    (async () => {
      for await (const event of alignStream(options)) {
        events.push(event);
        sent += event.sent;
        if (events.length === world.leaveAfter) break;
      }
    })(),
  );
  cancelAbort();
  const last = events.at(-1);
  return { events, sent, prefixes, upstream, aligner, clock, caller, last, options, time: clock.now() };
}

const sentences = (events: readonly AlignEvent[]) =>
  events.flatMap((event) =>
    event.type === 'sentence-kept' || event.type === 'sentence-rewritten'
      ? [`${event.type} ${JSON.stringify([event.round, event.kind, event.lead, event.draft, event.sent])}`]
      : [],
  );

/** LAW_RUNS=20 npx vitest run packages/core/src/loop: twenty times as many runs of every law. */
const THOROUGHNESS = Number(process.env['LAW_RUNS'] ?? 1);

const seeds = { text: fc.integer({ min: 0 }), timing: fc.integer({ min: 0 }) };
const law = (name: string, property: fc.IAsyncProperty<unknown[]>, numRuns = 120) =>
  it(name, async () => {
    await fc.assert(property as fc.IAsyncProperty<unknown[]>, { numRuns: numRuns * THOROUGHNESS });
  });

const lookaheads = fc.constantFrom(0, 1, 2, 4, 9);

describe('law 2: keeping is invisible', () => {
  law(
    'an answer whose every draft is kept is the upstream’s, byte for byte',
    fc.asyncProperty(
      seeds.text,
      seeds.timing,
      lookaheads,
      fc.constantFrom('align', 'shadow'),
      async (text, timing, lookahead, mode) => {
        const { sent, upstream, last } = await run(text, timing, {
          aligner: { rewritePercent: 0 },
          options: { lookahead, mode },
        });
        expect(sent).toBe(upstream.answerFrom('').text);
        expect(last?.type).toBe('answer-finished');
      },
    ) as never,
  );

  law(
    'shadow mode sends the upstream’s text whatever the verdicts',
    fc.asyncProperty(seeds.text, seeds.timing, lookaheads, async (text, timing, lookahead) => {
      const { sent, upstream, events } = await run(text, timing, {
        aligner: { rewritePercent: 50, failPercent: 10, failures: ['throw', 'empty'] },
        options: { lookahead, mode: 'shadow' },
      });
      expect(sent).toBe(upstream.answerFrom('').text);
      const drafts = events.filter((event) => event.type === 'draft-seen').length;
      const verdicts = events.filter((event) => /^(sentence-|aligner-failed)/.test(event.type)).length;
      expect(verdicts).toBe(drafts);
    }) as never,
  );
});

describe('law 3: one text', () => {
  law(
    'the upstream always continues from exactly what was sent',
    fc.asyncProperty(seeds.text, seeds.timing, lookaheads, async (text, timing, lookahead) => {
      const { prefixes, sent, events } = await run(text, timing, { options: { lookahead } });
      for (const { asked, sent: received } of prefixes) {
        expect(asked).toBe(received);
        expect(asked).not.toMatch(/\s$/);
      }
      expect(events.map((event) => event.sent).join('')).toBe(sent);
    }) as never,
  );

  law(
    'a trailing assistant message is the first prefix',
    fc.asyncProperty(seeds.text, seeds.timing, async (text, timing) => {
      const messages = [
        { role: 'user', content: 'Why?' },
        { role: 'assistant', content: 'Because' },
      ] as const;
      const { prefixes, sent, upstream } = await run(text, timing, {
        aligner: { rewritePercent: 0 },
        options: { messages },
      });
      expect(prefixes[0]?.asked).toBe('Because');
      expect(sent).toBe(upstream.answerFrom('Because').text);
    }) as never,
    30,
  );
});

describe('law 4: nothing unaligned leaves', () => {
  law(
    'every sentence sent is the aligner’s verdict on its draft after exactly the text before it',
    fc.asyncProperty(seeds.text, seeds.timing, lookaheads, async (text, timing, lookahead) => {
      const { events, aligner } = await run(text, timing, {
        aligner: { failPercent: 5, failures: ['throw', 'empty', 'endless'] },
        options: { lookahead },
      });
      let before = '';
      for (const event of events) {
        if (event.sent !== '' && event.type === 'text-passed') {
          expect(event.reason).toBe('whitespace');
          expect(event.sent.trim()).toBe('');
        } else if (event.sent !== '') {
          if (event.type !== 'sentence-kept' && event.type !== 'sentence-rewritten')
            throw new Error(event.type);
          const verdict = aligner.verdictOn(before, event.draft);
          if ('failure' in verdict) throw new Error('a failed draft was sent');
          const accepted = verdict.text === event.draft ? event.draft : verdict.text.trim();
          expect(event.sent).toBe(event.lead + accepted);
        }
        before += event.sent;
      }
    }) as never,
    200,
  );

  law(
    'under `pass` a failed draft goes out marked, and only then',
    fc.asyncProperty(seeds.text, seeds.timing, lookaheads, async (text, timing, lookahead) => {
      const { events, last } = await run(text, timing, {
        aligner: { failPercent: 30 },
        options: { lookahead, onAlignerFailure: 'pass' },
      });
      expect(last?.type).toBe('answer-finished');
      events.forEach((event, index) => {
        if (event.type !== 'text-passed' || event.reason !== 'policy') return;
        const failure = events[index - 1];
        if (failure?.type !== 'aligner-failed') throw new Error('passed without a failure');
        expect(event.text).toBe(failure.lead + failure.draft);
      });
    }) as never,
  );
});

describe('a raw answer', () => {
  law(
    'is the upstream’s text, streamed as it comes, without an aligner',
    fc.asyncProperty(seeds.text, seeds.timing, async (text, timing) => {
      const aligner = {
        model: 'none',
        open: () => Promise.reject(new Error('a raw answer opened an aligner')),
      };
      const { sent, upstream, last, events } = await run(text, timing, { options: { rounds: 0, aligner } });
      expect(events.filter((event) => /[\uD800-\uDBFF]$/.test(event.sent))).toEqual([]);
      expect(sent).toBe(upstream.answerFrom('').text);
      expect(last?.type).toBe('answer-finished');
    }) as never,
    30,
  );

  it('cannot also stop before its first sentence', async () => {
    await expect(run(1, 1, { options: { rounds: 0, then: 'stop' } })).rejects.toThrow(/would answer nothing/);
  });
});

describe('law 5: speculation changes time, not text', () => {
  law(
    'look-ahead, chunking and timing never change what is sent',
    fc.asyncProperty(
      seeds.text,
      seeds.timing,
      fc.record({
        rounds: fc.constantFrom<number | 'all'>('all', 'all', 0, 1, 3),
        then: fc.constantFrom<'continue' | 'stop'>('continue', 'stop'),
        allowDelete: fc.boolean(),
        maxRestarts: fc.constantFrom(64, 2),
        maxTokens: fc.constantFrom(undefined, 30),
        stop: fc.constantFrom(undefined, ['mats'], ['.\n', '. '], ['\n\n']),
        exempt: fc.constantFrom([], ['code'] as const, ['prose', 'list-item'] as const),
        continuation: fc.constantFrom<'native' | 'emulated'>('native', 'emulated'),
        failPercent: fc.constantFrom(0, 0, 4),
        onAlignerFailure: fc.constantFrom<'block' | 'pass'>('block', 'pass'),
      }),
      async (text, timing, setting) => {
        fc.pre(setting.rounds !== 0 || setting.then === 'continue');
        const { maxTokens, stop, continuation, failPercent, allowDelete, ...rest } = setting;
        const params = {
          ...(maxTokens === undefined ? {} : { maxTokens }),
          ...(stop === undefined ? {} : { stop: [...stop] }),
        };
        const world = (lookahead: number): World => ({
          upstream: { continuation },
          aligner: {
            failPercent,
            mayDelete: allowDelete,
            failures: ['throw', 'empty', 'endless', 'breaks-fence'],
          },
          options: { ...rest, allowDelete, params, lookahead },
        });
        const sequential = await run(text, timing, world(0));
        for (const lookahead of [1, 3, 8]) {
          const ahead = await run(text, timing + lookahead, world(lookahead));
          expect(ahead.sent).toBe(sequential.sent);
          expect(sentences(ahead.events)).toEqual(sentences(sequential.events));
          expect(ahead.last?.type).toBe(sequential.last?.type);
          if (ahead.last?.type === 'answer-finished' && sequential.last?.type === 'answer-finished') {
            expect([ahead.last.reason, ahead.last.cause]).toEqual([
              sequential.last.reason,
              sequential.last.cause,
            ]);
          }
        }
      },
    ) as never,
    250,
  );
});

describe('law 6: same answer streamed or whole', () => {
  law(
    'align() is the collected stream',
    fc.asyncProperty(seeds.text, seeds.timing, async (text, timing) => {
      const streamed = await run(text, timing, { aligner: { failPercent: 2 } });
      const again = await run(text, timing, { aligner: { failPercent: 2 }, leaveAfter: 1 });
      const { clock, options } = again;
      const whole = await settle(
        clock,
        align({ ...options, signal: new AbortController().signal }).catch((error) => error),
      );
      if (streamed.last?.type === 'answer-finished') expect(whole.text).toBe(streamed.sent);
      else expect(whole).toBeInstanceOf(Error);
    }) as never,
    60,
  );
});

const faults = fc.record({
  kind: fc.constantFrom<UpstreamFault['kind']>('cut', 'throw', 'stall'),
  afterCharacters: fc.integer({ min: 0, max: 200 }),
  at: fc.integer({ min: 0, max: 3 }),
});

describe('law 7: a failed answer never looks finished', () => {
  law(
    'cuts, errors and stalls end in answer-failed, after nothing but accepted text',
    fc.asyncProperty(seeds.text, seeds.timing, faults, lookaheads, async (text, timing, fault, lookahead) => {
      let failed = false;
      const { sent, last, events, time } = await run(text, timing, {
        upstream: {
          faultOf: (number) => {
            if (number !== fault.at) return null;
            failed = true;
            return fault;
          },
        },
        options: { lookahead },
      });
      const undisturbed = await run(text, timing, { options: { lookahead } });
      expect(undisturbed.sent.startsWith(sent)).toBe(true);
      // A sequential upstream, or one whose draft is rewritten, may be stopped before its fault.
      if (!failed || sent === undisturbed.sent) return;
      expect(last?.type).toBe('answer-failed');
      expect(events.some((event) => event.type === 'answer-finished')).toBe(false);
      expect(time).toBeLessThan(100_000);
    }) as never,
    200,
  );

  law(
    'an upstream that fails now and then makes no difference to the text',
    fc.asyncProperty(
      seeds.text,
      seeds.timing,
      fc.uniqueArray(faults, { selector: ({ at }) => at, minLength: 1 }),
      lookaheads,
      fc.constantFrom<'align' | 'shadow'>('align', 'shadow'),
      async (text, timing, disturbances, lookahead, mode) => {
        const { sent, last, events, prefixes, clock } = await run(text, timing, {
          upstream: { faultOf: (number) => disturbances.find(({ at }) => at === number) ?? null },
          options: { lookahead, mode, recovery: { attempts: 4, backoffMs: 10 } },
        });
        const undisturbed = await run(text, timing, { options: { lookahead, mode } });
        // A call of tools may have been cut in two; then the answer fails, and says so.
        if (last?.type === 'answer-failed' && undisturbed.last?.type === 'answer-finished') {
          expect(events.some(({ type }) => type === 'tool-call-delta')).toBe(true);
          return;
        }
        expect(sent).toBe(undisturbed.sent);
        expect(sentences(events)).toEqual(sentences(undisturbed.events));
        for (const { asked, sent: received } of prefixes) expect(asked).toBe(received);
        expect(last?.type).toBe(undisturbed.last?.type);
        if (last?.type !== 'answer-finished') return;
        const failures = events.filter(({ type }) => type === 'upstream-failed').length;
        expect(last.counts.recoveries).toBe(failures);
        expect(clock.pending).toBe(0);
      },
    ) as never,
    250,
  );

  law(
    'an upstream that always fails is given up after the attempts it has',
    fc.asyncProperty(
      seeds.text,
      seeds.timing,
      fc.integer({ min: 0, max: 4 }),
      async (text, timing, attempts) => {
        const { events, last, sent, time } = await run(text, timing, {
          upstream: { faultOf: () => ({ kind: 'throw', afterCharacters: 0 }) },
          options: { recovery: { attempts, backoffMs: 100, maxBackoffMs: 1_000 } },
        });
        expect(last?.type).toBe('answer-failed');
        expect(sent).toBe('');
        expect(events.filter(({ type }) => type === 'upstream-failed')).toHaveLength(attempts);
        expect(time).toBeLessThan(1_000 * (attempts + 1));
      },
    ) as never,
    30,
  );

  it.each([
    ['cut', 'upstream-truncated'],
    ['throw', 'upstream-failed'],
    ['stall', 'deadline'],
  ] as const)('a %s is reported as %s', async (kind, code) => {
    const { last } = await run(1, 1, { upstream: { faultOf: () => ({ kind, afterCharacters: 9 }) } });
    expect(last?.type === 'answer-failed' && last.error.code).toBe(code);
  });

  law(
    'under `block` an aligner failure fails the answer',
    fc.asyncProperty(seeds.text, seeds.timing, async (text, timing) => {
      const { events, last } = await run(text, timing, { aligner: { failPercent: 20 } });
      if (!events.some((event) => event.type === 'aligner-failed')) return;
      expect(last?.type).toBe('answer-failed');
    }) as never,
  );
});

describe('law 8: leaving cancels', () => {
  const leaving = fc.oneof(
    fc.record({ abortAt: fc.integer({ min: 0, max: 300 }) }),
    fc.record({ leaveAfter: fc.integer({ min: 1, max: 12 }) }),
  );
  law(
    'nothing is left of an answer: no session, continuation, verdict, timer or listener',
    fc.asyncProperty(
      seeds.text,
      seeds.timing,
      leaving,
      lookaheads,
      fc.option(faults),
      async (text, timing, left, lookahead, fault) => {
        const { upstream, aligner, clock, caller, last, time } = await run(text, timing, {
          ...left,
          upstream: { faultOf: (number) => (fault && number === fault.at ? fault : null) },
          aligner: { failPercent: 5 },
          options: { lookahead, recovery: { attempts: 2 } },
        });
        await settle(clock, Promise.resolve());
        expect(upstream.holding).toEqual({ sessions: 0, continuations: 0 });
        expect(aligner.holding).toEqual({ sessions: 0, verdicts: 0 });
        expect(clock.pending).toBe(0);
        expect(getEventListeners(caller.signal, 'abort')).toEqual([]);
        if ('abortAt' in left && caller.signal.aborted) {
          expect(last?.type).toBe('answer-aborted');
          expect(time - left.abortAt).toBeLessThanOrEqual(50);
        }
      },
    ) as never,
    250,
  );
});

describe('law 9: time and memory are bounded', () => {
  law(
    'restarts after rewrites never exceed their budget, and say so',
    fc.asyncProperty(
      seeds.text,
      seeds.timing,
      fc.integer({ min: 0, max: 3 }),
      async (text, timing, maxRestarts) => {
        const { events, last } = await run(text, timing, {
          aligner: { rewritePercent: 100 },
          options: { maxRestarts },
        });
        const restarts = events.filter((event) => event.type === 'upstream-restarted').length;
        expect(restarts).toBeLessThanOrEqual(maxRestarts);
        if (last?.type !== 'answer-finished') throw new Error('unfinished');
        if (last.cause === 'restart-budget') expect(last.reason).toBe('length');
      },
    ) as never,
  );

  it('a whole answer has a deadline', async () => {
    const { last, time } = await run(1, 1, {
      upstream: { faultOf: () => ({ kind: 'stall', afterCharacters: 1 }) },
      options: { deadlines: { upstream: 1e9, answer: 5_000 } },
    });
    expect(last?.type === 'answer-failed' && last.error.code).toBe('deadline');
    expect(time).toBeLessThanOrEqual(6_000);
  });

  it('a model that never opens is given up, and the other one is let go', async () => {
    const clock = createManualClock();
    const upstream = createScriptedUpstream({ clock, textSeed: 1, timingSeed: 1 });
    const never = { model: 'never', open: () => new Promise<never>(() => {}) };
    const events: AlignEvent[] = [];
    await settle(
      clock,
      (async () => {
        for await (const event of alignStream({
          upstream,
          aligner: never,
          messages: [{ role: 'user', content: 'x' }],
          clock,
        }))
          events.push(event);
      })(),
    );
    expect(events.map((event) => event.type)).toEqual(['answer-failed']);
    expect(upstream.holding.sessions).toBe(0);
    expect(clock.pending).toBe(0);
  });
});

describe('dice', () => {
  it('throws the same for the same seed', () => {
    const [one, other] = [createDice(5), createDice(5)];
    expect([one.roll(100), one.roll(100)]).toEqual([other.roll(100), other.roll(100)]);
  });
});
