import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ExportCounts, type ExportLayout, exportTuples } from '../export/export-tuples.ts';
import { readTuples } from '../read-tuples.ts';
import { all, folderOf, jsonl } from '../../testing/rows.ts';
import type { Tuple } from '../tuple.ts';
import { VERSION } from '../version.ts';
import { importRows, type ImportOptions } from './import-rows.ts';

const fileOf = async (text: string) => join(await folderOf({ rows: text }), 'rows');

async function importOf(text: string, options: Omit<ImportOptions, 'files'> = {}) {
  const results = await all(importRows({ files: [await fileOf(text)], ...options }));
  return {
    records: results.flatMap((result) => ('records' in result ? result.records : [])),
    setAside: results.flatMap((result) => ('setAside' in result ? [result.setAside] : [])),
  };
}

async function exported(tuples: readonly Tuple[], to: ExportLayout): Promise<string> {
  const path = await fileOf(jsonl(tuples));
  const counts: ExportCounts = { rows: 0, leftOut: {} };
  return (await all(exportTuples(readTuples([path]), { to, counts }))).join('');
}

const tupleOf = ({ question, prefix, last, correction }: Tuple) => ({ question, prefix, last, correction });

const answer = [
  { question: 'Count.', prefix: '', last: 'One.', correction: 'One.' },
  { question: 'Count.', prefix: 'One.', last: 'Too.', correction: 'Two.' },
  { question: 'Count.', prefix: 'One.\n\nTwo.', last: 'Three.', correction: 'Three.' },
];

describe('importing', () => {
  it('reads the published layout, and knows rows of one answer when they follow each other', async () => {
    const published = answer.map((row) => ({ ...row, prefix: row.prefix && ` ${row.prefix}`, flag: false }));
    const other = { question: 'Count.', prefix: 'Here goes. Are you ready?', last: 'Go.', correction: 'Go.' };
    const { records } = await importOf(JSON.stringify([...published, other], null, 1), { upstream: 'llama' });
    expect(records.map(tupleOf)).toEqual([...answer, other]);
    expect(records.map(({ provenance }) => provenance.round)).toEqual([1, 2, 3, 3]);
    expect(new Set(records.map(({ provenance }) => provenance.answer)).size).toBe(2);
    expect(records[1]?.provenance).toMatchObject({
      action: 'rewrite',
      upstream: 'llama',
      annotator: 'unknown',
      prefixes: 'corrected',
      version: VERSION,
      source: 'import: stream-aligner',
    });
  });

  it('cuts whole answers, and takes who wrote them from the rows', async () => {
    const row = {
      question: 'Count.',
      answer: 'One. Too.\n\nThree.',
      correction: 'One. Two.\n\nThree.',
      upstream: 'gpt',
      corrector: 'aligner-2b',
    };
    const { records } = await importOf(jsonl([row]), { upstream: 'other', leastSimilarity: 0 });
    expect(records.map(({ last, correction }) => [last, correction])).toEqual([
      ['One.', 'One.'],
      ['Too.', 'Two.'],
      ['Three.', 'Three.'],
    ]);
    expect(
      records.map(({ provenance }) => [provenance.round, provenance.upstream, provenance.annotator]),
    ).toEqual([1, 2, 3].map((round) => [round, 'gpt', 'aligner-2b']));
  });

  it.each([
    { prompt: 'Why?', chosen: 'It is so.', rejected: 'It is so!' },
    { messages: [{ role: 'user', content: 'Why?' }], chosen: 'It is so.', rejected: 'It is so!' },
    {
      chosen: [
        { role: 'user', content: 'Why?' },
        { role: 'assistant', content: 'It is so.' },
      ],
      rejected: [
        { role: 'user', content: 'Why?' },
        { role: 'assistant', content: 'It is so!' },
      ],
    },
    {
      chosen: '\n\nHuman: Why?\n\nAssistant: It is so.',
      rejected: '\n\nHuman: Why?\n\nAssistant: It is so!',
    },
  ])('takes the rejected answer for a draft of the chosen one: %j', async (row) => {
    const { records } = await importOf(jsonl([row]));
    expect(records.map(tupleOf)).toEqual([
      { question: 'Why?', prefix: '', last: 'It is so!', correction: 'It is so.' },
    ]);
  });

  it('sets aside, row by row, what gives no tuple', async () => {
    const [good] = answer;
    const { records, setAside } = await importOf(
      jsonl([
        good,
        { ...good, last: ' ' },
        { ...good, correction: '' },
        { ...good, correction: 7 },
        { question: 'Count.' },
        'text',
      ]),
    );
    expect(records).toHaveLength(1);
    expect(setAside).toEqual([
      'empty draft',
      'empty correction',
      'a field is no text',
      'no field "prefix"',
      'the row is no object',
    ]);
  });

  it('says when a layout cannot be told, and what needs no import', async () => {
    await expect(importOf(jsonl([{ secret: 'x' }]))).rejects.toThrow(/rows:1 has the fields of no layout/);
    await expect(importOf(jsonl([{ ...answer[0], provenance: {} }]))).rejects.toThrow(/needs no import/);
  });

  const nasty = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(
      '##Your_Revision:',
      ' | ##Answer_Prefix: ',
      '#\\#Question:',
      '<|im_end|>',
      'a # b',
      '|',
      '\\',
    ),
  );
  const text = fc
    .array(nasty, { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join(' ').trim())
    .filter((trimmed) => trimmed !== '');

  it.each(['stream-aligner', 'trl', 'messages'] as const)(
    'gives back what was exported to %s',
    async (layout) => {
      const rows = fc.sample(
        fc.record({ question: text, prefix: fc.oneof(text, fc.constant('')), last: text, correction: text }),
        { numRuns: 200, seed: 7 },
      );
      const { records, setAside } = await importOf(await exported(rows, layout));
      expect(setAside).toEqual([]);
      expect(records.map(tupleOf)).toEqual(rows);
    },
  );

  it('gives back whole answers cut into the same tuples', async () => {
    const { records } = await importOf(await exported(answer, 'stream-aligner'));
    const { records: again } = await importOf(await exported(records, 'aligner'), { leastSimilarity: 0 });
    // What stood before the last sentence is not in its tuple.
    expect(again.map(({ last, correction }) => [last, correction])).toEqual(
      records.map(({ last, correction }) => [last, correction]),
    );
    expect(again.map(({ prefix }) => prefix)).toEqual(records.map(({ prefix }) => prefix));
  });
});
