import { createManualClock, settle, sleep } from '@stream-aligner/testkit';
import { describe, expect, it } from 'vitest';
import type { Aligner, Correction } from '../aligner.ts';
import { StreamAlignerError } from '../errors.ts';
import type { ChatMessage } from '../messages.ts';
import type { Upstream, UpstreamEvent } from '../upstream.ts';
import { align, alignStream } from './align.ts';

const clock = createManualClock();
const messages: ChatMessage[] = [{ role: 'user', content: 'Why?' }];

/** An upstream that continues `text` from any of its prefixes, and keeps what it was opened with. */
function upstreamOf(text: string, more: Partial<Upstream> = {}) {
  const opened: (readonly ChatMessage[])[] = [];
  const upstream: Upstream = {
    model: 'text',
    continuation: 'native',
    countTokens: (piece) => piece.length,
    async open(request) {
      opened.push(request.messages);
      return {
        async *continueFrom(prefix): AsyncGenerator<UpstreamEvent> {
          yield { type: 'text-delta', text: text.slice(prefix.length) };
          yield { type: 'finish', reason: 'stop' };
        },
        close: async () => {},
      };
    },
    ...more,
  };
  return { upstream, opened };
}

function alignerOf(correct: (draft: string, signal: AbortSignal) => string | Promise<string>) {
  const asked: string[] = [];
  const busy = { now: 0, most: 0 };
  const aligner: Aligner = {
    model: 'function',
    async open() {
      return {
        async correct({ draft, prefix, signal }): Promise<Correction> {
          asked.push(prefix);
          busy.now += 1;
          busy.most = Math.max(busy.most, busy.now);
          try {
            return { text: await correct(draft, signal), by: 'decoding' };
          } finally {
            busy.now -= 1;
          }
        },
        close: async () => {},
      };
    },
  };
  return { aligner, asked, busy };
}

const keeping = alignerOf((draft) => draft).aligner;

describe('counting', () => {
  it('counts what was sent, not what a stop string cut off', async () => {
    const { upstream } = upstreamOf('Alpha beta gamma. Delta.');
    const { text, counts, cause } = await align({
      upstream,
      aligner: keeping,
      messages,
      params: { stop: [' gam'] },
    });
    expect([text, cause, counts.sentTokens]).toEqual(['Alpha beta', 'stop-string', 'Alpha beta'.length]);
  });

  it('holds back what may begin a stop string, across sentences, and gives it out in the end', async () => {
    const { upstream } = upstreamOf('One. Two.');
    const params = { stop: ['. Three'] };
    const { text, events } = await align({ upstream, aligner: keeping, messages, params });
    expect(text).toBe('One. Two.');
    expect(events.map((event) => event.sent).filter((sent) => sent !== '')).toEqual(['One', '. Two', '.']);
  });
});

describe('the first prefix', () => {
  const answered = async (last: ChatMessage) => {
    const { upstream, opened } = upstreamOf('So it is. Yes.');
    const { text } = await align({ upstream, aligner: keeping, messages: [...messages, last] });
    return { text, opened: opened[0] };
  };

  it.each([
    ['a string', { role: 'assistant', content: 'So it' }, ' is. Yes.'],
    ['parts', { role: 'assistant', content: [{ type: 'text', text: 'So it' }] }, ' is. Yes.'],
    ['empty', { role: 'assistant', content: '' }, 'So it is. Yes.'],
  ] as [string, ChatMessage, string][])(
    'is taken from a trailing assistant message: %s',
    async (_, last, rest) => {
      expect(await answered(last)).toEqual({ text: rest, opened: messages });
    },
  );

  it('is not taken from a turn that calls tools', async () => {
    const last: ChatMessage = { role: 'assistant', content: null, tool_calls: [] };
    expect((await answered(last)).opened).toEqual([...messages, last]);
  });

  it('cannot be all there is', async () => {
    const { upstream } = upstreamOf('x');
    const alone: ChatMessage[] = [{ role: 'assistant', content: 'So' }];
    await expect(align({ upstream, aligner: keeping, messages: alone })).rejects.toThrow(/nothing to answer/);
  });
});

describe('what an aligner is shown', () => {
  it('is a prefix that never ends in whitespace', async () => {
    const { upstream } = upstreamOf('One.\n\nTwo. Three.');
    const { aligner, asked } = alignerOf((draft) => draft);
    await align({ upstream, aligner, messages });
    expect(asked).toEqual(['', 'One.', 'One.\n\nTwo.']);
  });
});

describe('failures', () => {
  it('a sentence that does not fit the aligner is not the caller’s mistake', async () => {
    const { StreamAlignerError } = await import('../errors.ts');
    const { aligner } = alignerOf(() => {
      throw new StreamAlignerError('context-overflow', 'too long');
    });
    const { upstream } = upstreamOf('One.');
    await expect(align({ upstream, aligner, messages })).rejects.toMatchObject({ code: 'aligner-failed' });
  });

  it('an upstream that throws at once fails the answer', async () => {
    const { upstream } = upstreamOf('', {
      open: async () => ({
        continueFrom() {
          throw new Error('not today');
        },
        close: async () => {},
      }),
    });
    await expect(align({ upstream, aligner: keeping, messages })).rejects.toMatchObject({
      code: 'upstream-failed',
    });
  });
});

describe('shadow mode', () => {
  it('asks for a bounded number of verdicts at once, and reports the rest as not judged', async () => {
    const { upstream } = upstreamOf('A sentence. '.repeat(60).trim());
    const { aligner, busy } = alignerOf(async (draft, signal) => {
      await sleep(clock, 500, signal);
      return draft;
    });
    const run = align({ upstream, aligner, messages, mode: 'shadow', clock });
    const { text, counts } = await settle(clock, run);
    expect(text).toBe('A sentence. '.repeat(60).trim());
    expect(busy.most).toBe(16);
    expect([counts.kept, counts.failed]).toEqual([16, 44]);
  });

  it('does not hold the end of the answer up for an aligner that hangs', async () => {
    const { upstream } = upstreamOf('One. Two.');
    const { aligner } = alignerOf((_, signal) => sleep(clock, 1e9, signal).then(() => ''));
    const began = clock.now();
    const run = align({ upstream, aligner, messages, mode: 'shadow', clock });
    const { text, counts } = await settle(clock, run);
    expect([text, counts.failed]).toEqual(['One. Two.', 2]);
    expect(clock.now() - began).toBeLessThanOrEqual(2_000);
  });
});

it('an iterator that is left early closes both sessions', async () => {
  const closed: string[] = [];
  const session = (name: string) => ({
    close: async () => {
      closed.push(name);
    },
  });
  const { upstream } = upstreamOf('One. Two.');
  const open = async () => ({
    ...(await upstream.open({ messages, params: {}, signal: AbortSignal.any([]) })),
    ...session('upstream'),
  });
  const aligner: Aligner = {
    model: 'x',
    open: async () => ({
      correct: async ({ draft }) => ({ text: draft, by: 'decoding' }),
      ...session('aligner'),
    }),
  };
  for await (const event of alignStream({ upstream: { ...upstream, open }, aligner, messages }))
    if (event.sent) break;
  expect(closed.toSorted()).toEqual(['aligner', 'upstream']);
});

describe('an upstream that fails', () => {
  /** Writes the events of one attempt after the other; one that ends without a finish was cut. */
  function attempts(...scripts: UpstreamEvent[][]): Upstream {
    let attempt = -1;
    const session = {
      async *continueFrom(): AsyncGenerator<UpstreamEvent> {
        attempt += 1;
        yield* scripts[attempt] ?? [];
      },
      close: async () => {},
    };
    return { model: 'attempts', continuation: 'native', open: async () => session };
  }
  const say = (text: string): UpstreamEvent => ({ type: 'text-delta', text });
  const finish: UpstreamEvent = { type: 'finish', reason: 'stop' };
  const whole = (upstream: Upstream, more: object = {}) =>
    settle(clock, align({ upstream, aligner: keeping, messages, clock, ...more }));

  it('is asked to go on from what was accepted', async () => {
    const { text, counts } = await whole(attempts([say('One. Tw')], [say(' Two.'), finish]));
    expect([text, counts.recoveries]).toEqual(['One. Two.', 1]);
  });

  it('in the middle of a call of tools fails the answer: half a call cannot be taken back', async () => {
    const call: UpstreamEvent = { type: 'tool-call-delta', delta: { index: 0, id: 'a' } };
    await expect(whole(attempts([say('One.'), call], [finish]))).rejects.toMatchObject({
      code: 'upstream-truncated',
    });
  });

  it('while it thinks is asked again only if nobody was told what it thought', async () => {
    const upstream = () => attempts([{ type: 'reasoning-delta', text: 'Hm' }], [say('So it is.'), finish]);
    expect((await whole(upstream())).text).toBe('So it is.');
    await expect(whole(upstream(), { reasoning: 'pass' })).rejects.toMatchObject({
      code: 'upstream-truncated',
    });
  });

  it('is waited for as long as it asks, if that is not too long', async () => {
    const overloaded = (retryAfterSeconds: number) =>
      new StreamAlignerError('overloaded', 'Later.', { details: { retryAfterSeconds } });
    const asking = (seconds: number): Upstream => {
      let failed = false;
      const inner = attempts([say('One.'), finish]);
      return {
        ...inner,
        async open(request) {
          const session = await inner.open(request);
          return {
            ...session,
            continueFrom(...call) {
              if (failed) return session.continueFrom(...call);
              failed = true;
              throw overloaded(seconds);
            },
          };
        },
      };
    };
    const began = clock.now();
    expect((await whole(asking(3))).text).toBe('One.');
    expect(clock.now() - began).toBe(3_000);
    await expect(whole(asking(30))).rejects.toMatchObject({ code: 'overloaded' });
  });

  it('shares the budget of restarts with rewrites', async () => {
    const upstream = attempts([say('One.')], [say(' Two.')], [say(' Three.')], [finish]);
    await expect(whole(upstream, { maxRestarts: 1 })).rejects.toMatchObject({ code: 'upstream-truncated' });
  });
});

describe('reasoning', () => {
  const upstream: Upstream = {
    model: 'thinking',
    continuation: 'native',
    open: async () => ({
      async *continueFrom(prefix): AsyncGenerator<UpstreamEvent> {
        if (prefix === '')
          for (const text of ['They wa', 'nt harm. I', ' should help'])
            yield { type: 'reasoning-delta', text };
        yield { type: 'text-delta', text: 'Here it is.'.slice(prefix.length) };
        yield { type: 'finish', reason: 'stop' };
      },
      close: async () => {},
    }),
  };
  const mild = alignerOf((draft) => draft.replace('harm', 'help'));
  const reasoningOf = async (options: object) => {
    const { events, text } = await settle(
      clock,
      align({ upstream, aligner: mild.aligner, messages, clock, ...options }),
    );
    expect(text).toBe('Here it is.');
    return events.flatMap((event) =>
      event.type === 'reasoning-delta' ? [[event.text, ...(event.draft ? [event.draft] : [])]] : [],
    );
  };

  it.each([
    ['drop', {}, []],
    ['pass', {}, [['They wa'], ['nt harm. I'], [' should help']]],
    ['align', {}, [['They want help.', 'They want harm.'], [' I should help']]],
    ['align', { mode: 'shadow' }, [['They wa'], ['nt harm. I'], [' should help']]],
  ])('%s %j', async (reasoning, more, told) => {
    expect(await reasoningOf({ reasoning, ...more })).toEqual(told);
  });

  it('that cannot be judged blocks the answer, or goes out under `pass`', async () => {
    const failing = alignerOf((draft) => {
      if (draft.includes('harm')) throw new Error('it cannot be judged');
      return draft;
    }).aligner;
    const asked = { upstream, aligner: failing, messages, clock, reasoning: 'align' } as const;
    await expect(settle(clock, align(asked))).rejects.toMatchObject({ code: 'aligner-failed' });
    const { events } = await settle(clock, align({ ...asked, onAlignerFailure: 'pass' }));
    expect(events.find(({ type }) => type === 'aligner-failed')).toMatchObject({ round: 0 });
    expect(events.find(({ type }) => type === 'reasoning-delta')).toMatchObject({ text: 'They want harm.' });
  });
});
