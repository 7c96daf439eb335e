import type { Trace } from '@stream-aligner/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { TraceQuery, TraceStore } from '../traces/store.ts';
import { openTraceStore } from '../traces/store.ts';
import { madeTrace } from './made-traces.ts';

/** What a trace store does, whatever database it is on. `newUrl` gives an empty one for each test. */
export function traceStoreLaws(name: string, newUrl: () => Promise<string>): void {
  async function open(url?: string): Promise<TraceStore> {
    const store = await openTraceStore({ url: url ?? (await newUrl()) });
    onTestFinished(() => store.close());
    return store;
  }

  /** A store with the numbers from 0; `more` changes the traces of some. */
  async function filled(count: number, more: (number: number) => Partial<Trace> = () => ({})) {
    const store = await open();
    const traces = Array.from({ length: count }, (_, number) => madeTrace(number, more(number)));
    await store.write(traces);
    return { store, traces, ids: traces.map(({ id }) => id) };
  }

  async function listed(store: TraceStore, query: Partial<TraceQuery> = {}): Promise<string[]> {
    const { data } = await store.list({ limit: 50, ...query });
    return data.map(({ requestId }) => requestId.replace('request-', ''));
  }

  describe(`a trace store on ${name}`, () => {
    it('gives back what was written, whole', async () => {
      const error = { code: 'upstream-failed', message: 'It failed.' };
      const odd = madeTrace(1, {
        outcome: 'failed',
        error,
        aligner: null,
        question: 'Say "\u{1F600}" \u0000 and \\ and é.',
        cut: { characters: 12, events: 3 },
        messages: [{ role: 'user', content: 'a\u0000b', name: null }],
      });
      const { store, traces } = await filled(1);
      await store.write([odd]);
      expect(await store.get(traces[0]?.id ?? '')).toEqual(traces[0]);
      expect(await store.get(odd.id)).toEqual({ ...odd, question: odd.question.replace('\u0000', '\uFFFD') });
      const { messages: _messages, events: _events, feedback: _feedback, cut: _cut, ...summary } = odd;
      const { data } = await store.list({ limit: 1 });
      expect(data).toEqual([{ ...summary, question: odd.question.replace('\u0000', '\uFFFD') }]);
      expect(await store.get('none')).toBeNull();
    });

    it('pages from the latest to the first, through each once, while others are written', async () => {
      const { store } = await filled(25);
      const seen: string[] = [];
      let before: string | undefined;
      for (let page = 0; page < 10; page += 1) {
        const { data, next } = await store.list({ limit: 7, before });
        seen.push(...data.map(({ requestId }) => requestId.replace('request-', '')));
        await store.write([madeTrace(100 + page)]);
        if (next === null) break;
        before = next;
      }
      expect(seen).toEqual(Array.from({ length: 25 }, (_, number) => String(24 - number)));
      expect(await store.list({ limit: 7, before: 'none' })).toEqual({ data: [], next: null });
    });

    it('a full last page says that there is no next', async () => {
      const { store } = await filled(4);
      expect(await store.list({ limit: 4 })).toMatchObject({ next: null });
    });

    it('filters by model, outcome, rewrites and failures, together and with words', async () => {
      const { store } = await filled(12, (number) => ({
        model: number % 2 === 0 ? 'even' : 'odd',
        outcome: number % 3 === 0 ? 'failed' : 'finished',
        counts: { ...madeTrace(0).counts, rewritten: number % 4, failed: number === 7 ? 1 : 0 },
        question: number > 5 ? 'Above the middle?' : 'Below the middle?',
      }));
      expect(await listed(store, { model: 'even' })).toEqual(['10', '8', '6', '4', '2', '0']);
      expect(await listed(store, { outcome: 'failed' })).toEqual(['9', '6', '3', '0']);
      expect(await listed(store, { rewritten: false })).toEqual(['8', '4', '0']);
      expect(await listed(store, { failed: true })).toEqual(['9', '7', '6', '3', '0']);
      expect(await listed(store, { model: 'odd', failed: true, rewritten: true, q: 'above' })).toEqual([
        '9',
        '7',
      ]);
      expect(await listed(store, { model: 'none' })).toEqual([]);
      const first = await store.list({ limit: 2, model: 'even', q: 'middle' });
      const rest = await store.list({ limit: 50, model: 'even', q: 'middle', before: first.next ?? '' });
      expect([...first.data, ...rest.data].map(({ requestId }) => requestId)).toEqual(
        ['10', '8', '6', '4', '2', '0'].map((number) => `request-${number}`),
      );
    });

    it.each([
      ['refund', ['0']],
      ['REFUNDS', ['0']],
      ['ref', ['0']],
      ['efund', []],
      ['refund days', ['0']],
      ['refund bicycle', []],
      ['creme brulee', ['1']],
      ['Crème', ['1']],
      ['don’t', ['2']],
      ['example', ['3']],
      ['com', ['3']],
      ['42', ['3']],
      ['東京', ['4']],
      ['京', ['4']],
      ['!!!', []],
      ['   ', ['4', '3', '2', '1', '0']],
    ])('finds words of question and answer, each by its beginning: %s', async (q, expected) => {
      const texts: [string, string][] = [
        ['When is my refund due?', 'Refunds take ten days.'],
        ['Crème brûlée?', 'With sugar.'],
        ['Why not?', 'I don’t know.'],
        ['Where?', 'At https://example.com/42, it seems.'],
        ['東京はどこですか', 'It is in Japan.'],
      ];
      const { store } = await filled(5, (number) => ({
        question: texts[number]?.[0] ?? '',
        answer: texts[number]?.[1] ?? '',
      }));
      expect(await listed(store, { q })).toEqual(expected);
    });

    it.each([
      '"',
      `" OR 1=1 --`,
      `'; drop table traces; --`,
      `' | 'it`,
      'NEAR(it what, 1)',
      'words:it',
      'it OR zebra',
      'it NOT what',
      'it & !what',
      '(it',
      '* it*',
      'it:*',
      '{words}: it',
      '^it',
      'it\\',
      'it\u0000zebra',
      '$1 ? :id @it',
      `${'('.repeat(500)}`,
      'x'.repeat(1_000),
    ])('takes no syntax from words: %s', async (q) => {
      const { store } = await filled(2);
      // Every word must be there, and "or", "zebra", "near" and the like are in no trace.
      const words = q.toLowerCase().match(/[a-z0-9]+/g) ?? [];
      const all = words.length > 0 && words.every((word) => /^(it|what)$/.test(word));
      expect(await listed(store, { q })).toEqual(all ? ['1', '0'] : []);
      expect(await listed(store)).toEqual(['1', '0']);
    });

    it('takes the same trace twice as once', async () => {
      const { store, traces } = await filled(2);
      await store.write([...traces, madeTrace(2)]);
      expect(await listed(store, { q: 'number' })).toEqual(['2', '1', '0']);
    });

    it('keeps the last word on a round, and counts the rounds', async () => {
      const { store, ids } = await filled(2);
      const [id = ''] = ids;
      const at = '2026-01-02T00:00:00.000Z';
      expect(await store.review(id, { round: 2, verdict: 'rejected', at })).toBe(true);
      expect(await store.review(id, { round: 1, verdict: 'edited', text: 'It is \u0000 one.', at })).toBe(
        true,
      );
      expect(await store.review(id, { round: 2, verdict: 'accepted', at })).toBe(true);
      const said = [
        { round: 1, verdict: 'edited', text: 'It is \uFFFD one.', at },
        { round: 2, verdict: 'accepted', at },
      ];
      expect(await store.get(id)).toMatchObject({ reviewed: 2, feedback: said });
      expect((await store.list({ limit: 5 })).data.map(({ reviewed }) => reviewed)).toEqual([0, 2]);
      expect(await store.forget(id, 1)).toBe(true);
      expect(await store.forget(id, 9)).toBe(true);
      expect((await store.get(id))?.feedback).toEqual(said.slice(1));
      expect(await store.review('none', { round: 1, verdict: 'accepted', at })).toBe(false);
      expect(await store.forget('none', 1)).toBe(false);
    });

    it('gives what was reviewed in the order of its writing, page by page', async () => {
      const { store, ids } = await filled(5);
      for (const number of [3, 0, 4]) {
        for (const round of [1, 2])
          await store.review(ids[number] ?? '', {
            round,
            verdict: 'accepted',
            at: '2026-01-02T00:00:00.000Z',
          });
      }
      const first = await store.reviewed({ limit: 2 });
      expect(first.map(({ id }) => id)).toEqual([ids[0], ids[3]]);
      const rest = await store.reviewed({ limit: 2, after: first.at(-1)?.id });
      expect(rest.map(({ id, feedback }) => [id, feedback.length])).toEqual([[ids[4], 2]]);
    });

    it('prunes what is old in steps, with its words and feedback, and nothing else', async () => {
      const { store, traces, ids } = await filled(10);
      await store.review(ids[0] ?? '', { round: 1, verdict: 'accepted', at: traces[0]?.at ?? '' });
      await store.review(ids[9] ?? '', { round: 1, verdict: 'accepted', at: traces[0]?.at ?? '' });
      const before = traces[5]?.at ?? '';
      expect(await store.prune(before, 3)).toBe(3);
      expect(await store.prune(before, 3)).toBe(2);
      expect(await store.prune(before, 3)).toBe(0);
      expect(await listed(store, { q: 'number' })).toEqual(['9', '8', '7', '6', '5']);
      expect((await store.reviewed({ limit: 9 })).map(({ id }) => id)).toEqual([ids[9]]);
      expect(await store.get(ids[0] ?? '')).toBeNull();
    });

    it('is there again when it is opened again, with what is written meanwhile by another', async () => {
      const url = await newUrl();
      const one = await open(url);
      const other = await open(url);
      await one.write([madeTrace(0)]);
      await other.write([madeTrace(1)]);
      await one.write([madeTrace(2)]);
      expect(await listed(one, { q: 'number' })).toEqual(['2', '1', '0']);
      expect(await listed(await open(url))).toEqual(['2', '1', '0']);
    });
  });
}
