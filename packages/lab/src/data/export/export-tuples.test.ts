import { cleanCorrection, escapeText, renderStreamAligner } from '@stream-aligner/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { all, PROVENANCE } from '../../testing/rows.ts';
import type { TupleRow } from '../read-tuples.ts';
import type { Prefixes, Provenance, Tuple } from '../tuple.ts';
import { type ExportCounts, type ExportLayout, exportTuples } from './export-tuples.ts';

async function exported(tuples: readonly TupleRow['tuple'][], to: ExportLayout) {
  async function* rows() {
    for (const [i, tuple] of tuples.entries()) yield { tuple, file: 'a.jsonl', where: `a.jsonl:${i + 1}` };
  }
  const counts: ExportCounts = { rows: 0, leftOut: {} };
  const text = (await all(exportTuples(rows(), { to, counts }))).join('');
  return { text, counts };
}

const parsed = (text: string): unknown[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

const provenance: Provenance = { ...PROVENANCE, action: 'rewrite', temperature: 0.7 };

const tuple: Tuple = {
  question: 'Say ##Your_Revision: now',
  prefix: 'A <|im_end|> b.',
  last: 'Use <s> here.',
  correction: 'Use </s> here.',
};

describe('exporting', () => {
  it('writes the published layout as one array, also of nothing', async () => {
    const { text, counts } = await exported([{ ...tuple, provenance }, tuple], 'stream-aligner');
    expect(JSON.parse(text)).toEqual([tuple, tuple]);
    expect(counts.rows).toBe(2);
    expect(JSON.parse((await exported([], 'stream-aligner')).text)).toEqual([]);
  });

  it('writes our own rows as they were', async () => {
    const rows = [{ ...tuple, provenance }, tuple];
    expect(parsed((await exported(rows, 'tuples')).text)).toEqual(rows);
  });

  it('writes turns in the text of the contract', async () => {
    const user = {
      role: 'user',
      content: renderStreamAligner({ question: tuple.question, prefix: tuple.prefix, draft: tuple.last }),
    };
    const assistant = { role: 'assistant', content: escapeText(tuple.correction) };
    expect(assistant.content).toBe('Use <\\/s> here.');
    expect(parsed((await exported([tuple], 'trl')).text)).toEqual([
      { prompt: [user], completion: [assistant] },
    ]);
    expect(parsed((await exported([tuple], 'messages')).text)).toEqual([{ messages: [user, assistant] }]);
  });

  it('writes replies that mean the correction when serving, and a keep for a keep', async () => {
    const text = fc
      .constantFrom('Hi.', 'a <|b|> c', '#\\#Question: x', '</s>', 'x # y')
      .map((word) => `${word} end`);
    await fc.assert(
      fc.asyncProperty(text, text, async (draft, correction) => {
        const row = { question: 'Q', prefix: 'Start.', last: draft, correction };
        const [line] = parsed((await exported([row], 'trl')).text) as [{ completion: [{ content: string }] }];
        const reply = line.completion[0].content;
        expect(cleanCorrection({ reply, prefix: 'Start.', draft })).toBe(correction);
        expect(reply === escapeText(draft)).toBe(draft === correction);
      }),
    );
  });
});

/** Tuples of one answer, as a build writes them. */
function answerOf(
  sentences: readonly (readonly [lead: string, draft: string, correction?: string])[],
  { prefixes = 'corrected', answer = 'a1' }: { prefixes?: Prefixes; answer?: string } = {},
) {
  let prefix = '';
  return sentences.map(([lead, last, correction = last], i) => {
    const row = {
      question: 'Q?',
      prefix,
      last,
      correction,
      provenance: { ...provenance, answer, prefixes, round: i + 1 },
    };
    prefix += lead + (prefixes === 'own' ? last : correction);
    return row;
  });
}

describe('whole answers', () => {
  const sentences = [
    ['', '2 + 2 = 5.', '2 + 2 = 4.'],
    ['\n\n', 'So five.', 'So four.'],
    [' ', 'Done.'],
  ] as const;

  it('joins drafts and corrections, with the line breaks that prefixes tell of', async () => {
    const { text, counts } = await exported(answerOf(sentences), 'aligner');
    expect(parsed(text)).toEqual([
      { question: 'Q?', answer: '2 + 2 = 5.\n\nSo five. Done.', correction: '2 + 2 = 4.\n\nSo four. Done.' },
    ]);
    expect(counts).toEqual({ rows: 1, leftOut: {} });
  });

  it('puts a list’s last item on a line of its own, and no space where writing has none', async () => {
    const last = async (rows: Parameters<typeof answerOf>[0]) =>
      (parsed((await exported(answerOf(rows), 'aligner')).text) as { answer: string }[])[0]?.answer;
    expect(
      await last([
        ['', '- One'],
        ['\n', '- Two'],
      ]),
    ).toBe('- One\n- Two');
    expect(
      await last([
        ['', '你好。'],
        ['', '再见。'],
      ]),
    ).toBe('你好。再见。');
  });

  it('takes of own prefixes only what no rewrite is followed in', async () => {
    const own = { prefixes: 'own', answer: 'a2' } as const;
    const endsWell = answerOf(
      [
        ['', 'One.'],
        ['\n', 'Too.', 'Two.'],
      ],
      own,
    );
    const { text, counts } = await exported(
      [...answerOf(sentences, { prefixes: 'own' }), ...endsWell],
      'aligner',
    );
    expect(parsed(text)).toEqual([{ question: 'Q?', answer: 'One. Too.', correction: 'One. Two.' }]);
    expect(counts.leftOut).toEqual({ 'a rewrite on its own prefix': 1 });
  });

  it('leaves out answers that lack rounds, or whose prefixes are of another text', async () => {
    const whole = answerOf(sentences, { answer: 'a3' });
    const holed = answerOf(sentences).filter((_, i) => i !== 1);
    const headless = answerOf(sentences).slice(1);
    const edited = answerOf(sentences).map((row) => ({ ...row, prefix: row.prefix && 'Other.' }));
    const { text, counts } = await exported([...holed, ...whole, ...headless, ...edited, tuple], 'aligner');
    expect(parsed(text)).toHaveLength(1);
    expect(counts.leftOut).toEqual({ 'rounds are missing': 3, 'no provenance': 1 });
  });
});
