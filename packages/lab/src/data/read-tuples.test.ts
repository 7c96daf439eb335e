import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTuples } from './read-tuples.ts';
import { all, folderOf, jsonl, PROVENANCE } from '../testing/rows.ts';
import type { TupleRecord } from './tuple.ts';

const plain = { question: 'Why?', prefix: '', last: 'So.', correction: 'Because.' };
const record: TupleRecord = {
  ...plain,
  provenance: { ...PROVENANCE, action: 'rewrite', temperature: 0.7, strata: ['flaw: none'] },
};

describe('reading tuples', () => {
  it('takes rows with and without provenance, and no other fields', async () => {
    const folder = await folderOf({
      'a.jsonl': jsonl([{ ...plain, note: 'x' }, record, { ...plain, provenance: null }]),
    });
    const rows = await all(readTuples([join(folder, 'a.jsonl')]));
    expect(rows.map(({ tuple }) => tuple)).toEqual([plain, record, plain]);
    expect(rows[1]?.where).toMatch(/a\.jsonl:2$/);
  });

  it('takes a folder for its splits, in their order', async () => {
    const folder = await folderOf({
      'test.jsonl': jsonl([plain]),
      'train.jsonl': jsonl([plain, plain]),
      'failures.jsonl': jsonl([{ reason: 'x' }]),
    });
    const rows = await all(readTuples([folder]));
    expect(rows.map(({ file }) => basename(file))).toEqual(['train.jsonl', 'train.jsonl', 'test.jsonl']);
    const empty = await folderOf({ 'other.jsonl': jsonl([]) });
    await expect(all(readTuples([empty]))).rejects.toThrow(/holds no tuples/);
  });

  it('takes the answers of a build for their tuples', async () => {
    const { answer: id, round, action, ...rest } = record.provenance;
    const sentences = [
      { lead: '', draft: 'One.' },
      { lead: '\n\n', draft: 'Two.', correction: '2.' },
      { lead: ' ', draft: 'Three.' },
    ];
    const folder = await folderOf({
      'answers.jsonl': jsonl([{ id, question: 'Count.', ...rest, sentences }]),
    });
    const rows = await all(readTuples([join(folder, 'answers.jsonl')]));
    expect(rows.map(({ tuple }) => [tuple.prefix, tuple.last, tuple.correction])).toEqual([
      ['', 'One.', 'One.'],
      ['One.', 'Two.', '2.'],
      ['One.\n\n2.', 'Three.', 'Three.'],
    ]);
    expect(rows.map(({ tuple }) => tuple.provenance?.round)).toEqual([1, 2, 3]);
    expect([round, action]).toEqual([1, 'rewrite']);
  });

  it.each([
    [{ ...plain, last: 3 }, /a\.jsonl:1 is no tuple: it has no text "last"/],
    ['text', /it has no text "question"/],
    [{ ...plain, provenance: 'me' }, /provenance is no object/],
    [{ ...plain, provenance: { ...record.provenance, round: '1' } }, /no number "round"/],
    [{ ...plain, provenance: { ...record.provenance, strata: [1] } }, /strata/],
  ])('says where %j is wrong', async (row, why) => {
    const folder = await folderOf({ 'a.jsonl': jsonl([row]) });
    await expect(all(readTuples([join(folder, 'a.jsonl')]))).rejects.toThrow(why);
  });
});
