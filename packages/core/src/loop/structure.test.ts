import { describe, expect, it } from 'vitest';
import type { Aligner } from '../aligner.ts';
import type { SegmentKind } from '../segmenter/segment.ts';
import type { FinishReason, Upstream, UpstreamEvent } from '../upstream.ts';
import { align } from './align.ts';
import { type Protected, structureFault } from './guards.ts';
import type { AlignOptions } from './options.ts';

type Row = [kind: SegmentKind, draft: string, text: string, protect?: Protected[]];

describe('what a rewrite may not break', () => {
  const table = '| a | b |\n|---|---|\n| 1 | 2 |';
  const broken: Row[] = [
    ['code', '```js\nx\n```', 'x'],
    ['code', '```json\n{"a": 1}\n```', '```json\n{"a": 1,}\n```'],
    ['json', '{"a": [1, 2]}', '{"a": [1, 2]'],
    ['json', '{"a": 1}', 'I cannot answer in JSON.'],
    ['table', table, '| a |\n|---|\n| 1 |'],
    ['table', table, '| a | b |\n|---|---|\n| 1 | 2 | 3 |'],
    ['prose', 'A word.', 'A word.\n```\nopen'],
    ['prose', 'See https://a.example/x.', 'See https://b.example/x.', ['urls']],
    ['prose', 'See https://a.example/x.', 'See the page.', ['urls']],
    ['prose', 'See the page.', 'See https://b.example.', ['urls']],
    ['prose', 'It has 3.14 and 7.', 'It has 3.15 and 7.', ['numbers']],
    ['prose', 'It has 3.14.', 'It has 3.14 and 3.14.', ['numbers']],
  ];
  it.each(broken)('%s: %j does not become %j', (kind, draft, text, protect = []) => {
    expect(structureFault({ kind, draft, text, protect })).toMatch(/^the rewrite /);
  });

  const sound: Row[] = [
    ['code', '```js\nx\n```', '```js\ny\n```'],
    ['code', '```json\n{"a": 1}\n```', '```json\n{"a": 2}\n```'],
    ['code', '```json\n{"a": 1\n```', '```json\n{"a": 2\n```'],
    ['json', '{"a": 1}', '{"a": null}'],
    ['json', '{"a": 1', '{"a": 2'],
    ['table', table, table.replace('1', 'one')],
    ['table', table, '| a | b |\n|---|---|\n| `x|y` | 2 \\| 3 |'],
    ['table', table, 'The table is left out.'],
    ['prose', 'See https://a.example/x.', 'Do see https://a.example/x!', ['urls', 'numbers']],
    ['prose', 'First 1, then 2.', 'First 2, then 1.', ['numbers']],
    ['prose', 'It has 3.14.', 'It has 3.15.'],
    ['prose', 'See https://a.example/x, 12.', '', ['urls', 'numbers']],
  ];
  it.each(sound)('%s: %j may become %j', (kind, draft, text, protect = []) => {
    expect(structureFault({ kind, draft, text, protect })).toBeNull();
  });
});

/** An upstream that writes `text` in pieces; asked to go on after all of it, it has nothing to say. */
function upstreamOf(text: string, finish: FinishReason = 'stop') {
  const prefixes: string[] = [];
  const upstream: Upstream = {
    model: 'text',
    continuation: 'native',
    open: async () => ({
      async *continueFrom(prefix): AsyncGenerator<UpstreamEvent> {
        prefixes.push(prefix);
        const rest = text.startsWith(prefix) ? text.slice(prefix.length) : '';
        for (let at = 0; at < rest.length; at += 3)
          yield { type: 'text-delta', text: rest.slice(at, at + 3) };
        yield { type: 'finish', reason: finish };
      },
      close: async () => {},
    }),
  };
  return { upstream, prefixes };
}

function alignerOf(correct: (draft: string) => string) {
  const drafts: string[] = [];
  const aligner: Aligner = {
    model: 'function',
    open: async () => ({
      async correct({ draft }) {
        drafts.push(draft);
        return { text: correct(draft), by: 'decoding' };
      },
      close: async () => {},
    }),
  };
  return { aligner, drafts };
}

const messages: AlignOptions['messages'] = [{ role: 'user', content: 'Give me JSON.' }];

describe('an answer in JSON', () => {
  const text = '{\n  "note": "One. Two! Three?",\n  "list": ["a. B.", "C. D."]\n}\n';

  it('is judged whole, and kept byte for byte', async () => {
    const { upstream } = upstreamOf(text);
    const { aligner, drafts } = alignerOf((draft) => draft);
    const answer = await align({ upstream, aligner, messages, format: 'json' });
    expect(answer.text).toBe(text);
    expect(drafts).toEqual([text]);
  });

  it('is rewritten as JSON or not at all, and nothing is asked after it', async () => {
    const { upstream, prefixes } = upstreamOf(text);
    const { aligner } = alignerOf((draft) => draft.replace('One.', 'Eins.'));
    const answer = await align({ upstream, aligner, messages, format: 'json' });
    expect(JSON.parse(answer.text)).toMatchObject({ note: 'Eins. Two! Three?' });
    expect(prefixes).toEqual(['']);
    const spoiling = alignerOf(() => 'Sorry, no.').aligner;
    await expect(align({ upstream, aligner: spoiling, messages, format: 'json' })).rejects.toMatchObject({
      code: 'aligner-failed',
    });
  });

  it('passes as it comes where the kind is exempt', async () => {
    const { upstream } = upstreamOf(text);
    const { aligner, drafts } = alignerOf(() => 'never');
    const answer = await align({ upstream, aligner, messages, format: 'json', exempt: ['json'] });
    expect(answer.text).toBe(text);
    expect(drafts).toEqual([]);
    const reasons = answer.events.flatMap((event) => (event.type === 'text-passed' ? [event.reason] : []));
    expect(new Set(reasons)).toEqual(new Set(['exempt']));
    expect(reasons.length).toBeGreaterThan(5);
  });

  it('that was cut by its length is judged as what it is', async () => {
    const { upstream } = upstreamOf('{"a": 1', 'length');
    const { aligner } = alignerOf((draft) => draft.replace('1', '2'));
    const answer = await align({ upstream, aligner, messages, format: 'json' });
    expect([answer.text, answer.reason]).toEqual(['{"a": 2', 'length']);
  });

  it('longer than what may be held is judged in pieces that lose nothing', async () => {
    const long = `"${'😀'.repeat(100)}"`;
    const { upstream } = upstreamOf(long);
    const { aligner, drafts } = alignerOf((draft) => draft);
    const answer = await align({ upstream, aligner, messages, format: 'json', maxSegmentLength: 64 });
    expect(answer.text).toBe(long);
    expect(drafts.length).toBeGreaterThan(2);
    expect(drafts.every((draft) => draft.isWellFormed())).toBe(true);
  });
});
