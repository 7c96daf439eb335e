import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { TupleRow } from '../read-tuples.ts';
import { PROVENANCE } from '../../testing/rows.ts';
import { changedShare } from './changed-share.ts';
import { dataStats } from './data-stats.ts';
import { createHistogram } from './histogram.ts';

const provenance = PROVENANCE;

function row(file: string, tuple: Partial<TupleRow['tuple']> = {}): TupleRow {
  return {
    file,
    where: file,
    tuple: { question: 'Q?', prefix: '', last: 'Yes.', correction: 'Yes.', ...tuple },
  };
}

async function statsOf(rows: readonly TupleRow[]) {
  async function* each() {
    yield* rows;
  }
  return dataStats(each());
}

describe('statistics of tuples', () => {
  it('counts keeps, rewrites and groups', async () => {
    const stats = await statsOf([
      row('train.jsonl', { provenance: { ...provenance, strata: ['easy', 'sums'] } }),
      row('train.jsonl', { correction: 'No.', provenance: { ...provenance, round: 2, strata: ['sums'] } }),
      row('train.jsonl', {
        question: 'R?',
        provenance: { ...provenance, answer: 'a2', round: 12, upstream: 'small' },
      }),
      row('more.jsonl', { question: 'S?', prefix: 'abcd' }),
    ]);
    expect(stats).toMatchObject({ rows: 4, keeps: 3, rewrites: 1, questions: 3, answers: 2 });
    expect(stats.by).toEqual({
      split: [
        { name: 'train', rows: 3, keeps: 2 },
        { name: 'none', rows: 1, keeps: 1 },
      ],
      upstream: [
        { name: 'big', rows: 2, keeps: 1 },
        { name: 'small', rows: 1, keeps: 1 },
        { name: 'unknown', rows: 1, keeps: 1 },
      ],
      annotator: [
        { name: 'strong', rows: 3, keeps: 2 },
        { name: 'unknown', rows: 1, keeps: 1 },
      ],
      round: [
        { name: '1', rows: 1, keeps: 1 },
        { name: '2', rows: 1, keeps: 0 },
        { name: '11 and later', rows: 1, keeps: 1 },
        { name: 'unknown', rows: 1, keeps: 1 },
      ],
      stratum: [
        { name: 'sums', rows: 2, keeps: 1 },
        { name: 'easy', rows: 1, keeps: 1 },
      ],
    });
    expect(stats.lengths.prefix).toEqual({ median: 0, p90: 4, max: 4 });
    expect(stats.changed).toEqual({ median: 0.5, p90: 0.5, max: 0.5 });
  });

  it('tells duplicates from contradictions', async () => {
    const rows = [row('a'), row('a'), row('b'), row('a', { correction: 'No.' }), row('a', { prefix: 'x' })];
    expect(await statsOf(rows)).toMatchObject({ duplicates: 2, contradictions: 1 });
  });

  it('finds questions that are in two splits, however they are spaced', async () => {
    const stats = await statsOf([
      row('data/train.jsonl'),
      row('data/train.jsonl'),
      row('data/test.jsonl', { question: ' q?' }),
      row('data/test.jsonl'),
      row('data/dev.jsonl', { question: 'Q?\n' }),
      row('data/test.jsonl', { question: 'Other?' }),
      row('data/elsewhere.jsonl', { question: 'Other?' }),
    ]);
    expect(stats.overlaps).toEqual([
      { splits: ['train', 'test'], questions: 1 },
      { splits: ['train', 'validation'], questions: 1 },
      { splits: ['test', 'validation'], questions: 1 },
    ]);
  });

  it('has nothing to say of nothing', async () => {
    const stats = await statsOf([]);
    expect(stats).toMatchObject({ rows: 0, changed: null, overlaps: [] });
    expect(stats.lengths.last).toBeNull();
  });
});

describe('quantiles', () => {
  it('are those of the sorted numbers', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 60 }), (numbers) => {
        const histogram = createHistogram();
        for (const number of numbers) histogram.add(number);
        const sorted = numbers.toSorted((one, other) => one - other);
        const at = (tenths: number) => sorted[Math.ceil((tenths * sorted.length) / 10) - 1];
        expect(histogram.summary()).toEqual({ median: at(5), p90: at(9), max: at(10) });
      }),
    );
  });
});

describe('the share that changed', () => {
  it.each([
    ['One two three.', 'One two three.', 0],
    ['One two three.', 'One  two\nthree.', 0],
    ['One two three.', 'One two four.', 0.25],
    ['One two three.', 'One three.', 0.25],
    ['One.', 'Two!', 1],
    ['', '', 0],
    ['', 'New words', 1],
    ['天空是红色的。', '天空是蓝色的。', 1 / 7],
  ])('of %j and %j is %d', (last, correction, share) => {
    expect(changedShare(last, correction)).toBeCloseTo(share, 9);
    expect(changedShare(correction, last)).toBeCloseTo(share, 9);
  });
});
