import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TupleRow } from '../read-tuples.ts';
import { PROVENANCE } from '../../testing/rows.ts';
import type { Provenance } from '../tuple.ts';
import { diffWords } from './diff-words.ts';
import { samplePage } from './page.ts';
import { type SampleOptions, sampleTuples } from './sample.ts';

describe('diffs by words', () => {
  const text = fc
    .array(fc.constantFrom('cat', ' ', 'dog', '\n', '.', ', ', '  ', 'né', '你好', '😀', '-'), {
      maxLength: 12,
    })
    .map((parts) => parts.join(''));

  it('hold both texts, and nothing beside them', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), fc.oneof(text, fc.string()), (before, after) => {
        const parts = diffWords(before, after);
        const without = (kind: string) =>
          parts
            .filter((part) => part.kind !== kind)
            .map((part) => part.text)
            .join('');
        expect([without('new'), without('old')]).toEqual([before, after]);
        expect(parts.every((part) => part.text !== '')).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('show a replaced phrase as one', () => {
    expect(diffWords('You must pay 5 now.', 'You must kindly wait now.')).toEqual([
      { kind: 'same', text: 'You must ' },
      { kind: 'old', text: 'pay 5' },
      { kind: 'new', text: 'kindly wait' },
      { kind: 'same', text: ' now.' },
    ]);
  });

  it('give up on texts that have nothing in common', () => {
    const [before, after] = ['a', 'b'].map((letter) => `${letter} `.repeat(3_000));
    expect(diffWords(before ?? '', after ?? '').map(({ kind }) => kind)).toEqual(['old', 'new']);
  });
});

const provenance: Provenance = { ...PROVENANCE, strata: ['sums'] };

function rowsOf(count: number): TupleRow[] {
  return Array.from({ length: count }, (_, i) => ({
    file: 'a.jsonl',
    where: `a.jsonl:${i + 1}`,
    tuple: {
      question: 'Q?',
      prefix: '',
      last: `Row ${i}.`,
      correction: i % 3 === 0 ? 'Other.' : `Row ${i}.`,
      ...(i % 2 === 0 && { provenance: { ...provenance, round: 1 + (i % 4) } }),
    },
  }));
}

async function sampled(rows: readonly TupleRow[], options: SampleOptions) {
  async function* each() {
    yield* rows;
  }
  const sample = await sampleTuples(each(), options);
  return { ...sample, places: sample.rows.map(({ where }) => Number(where.slice(8)) - 1) };
}

describe('samples', () => {
  it('are the same for a seed, in order, and other ones for another', async () => {
    const one = await sampled(rowsOf(500), { count: 20, seed: 1 });
    expect(one).toMatchObject({ total: 500, matching: 500 });
    expect(new Set(one.places).size).toBe(20);
    expect(one.places).toEqual(one.places.toSorted((a, b) => a - b));
    expect((await sampled(rowsOf(500), { count: 20, seed: 1 })).places).toEqual(one.places);
    expect((await sampled(rowsOf(500), { count: 20, seed: 2 })).places).not.toEqual(one.places);
  });

  it('take every row about as often', async () => {
    const taken = Array.from({ length: 10 }, () => 0);
    for (let seed = 0; seed < 2_000; seed += 1)
      for (const place of (await sampled(rowsOf(10), { count: 3, seed })).places)
        taken[place] = (taken[place] ?? 0) + 1;
    // 600 each, within five standard deviations.
    for (const times of taken) expect(Math.abs(times - 600)).toBeLessThan(103);
  });

  it.each([
    [{ action: 'rewrite' }, [0, 3, 6, 9]],
    [{ action: 'keep', match: 'ROW 7' }, [7]],
    [{ round: 3 }, [2, 6]],
    [{ upstream: 'big', stratum: 'sums', annotator: 'strong' }, [0, 2, 4, 6, 8]],
    [{ stratum: 'other' }, []],
  ] as const)('let through %j', async (filter, places) => {
    const sample = await sampled(rowsOf(10), { filter, count: 10, seed: 1 });
    expect([sample.places, sample.matching, sample.total]).toEqual([places, places.length, 10]);
  });

  it('may be of nothing', async () => {
    expect((await sampled(rowsOf(5), { count: 0, seed: 1 })).rows).toEqual([]);
  });
});

describe('the page', () => {
  const hostile = `</style><script>alert(1)</script><img src=x onerror="alert(2)"> & 'x' \u202Eevil \u0007`;
  const page = (rows: TupleRow[]) =>
    [...samplePage({ rows, matching: rows.length, total: 9 }, hostile)].join('');

  it('lets no text be more than text', () => {
    const html = page([
      {
        file: hostile,
        where: hostile,
        tuple: {
          question: hostile,
          prefix: hostile,
          last: hostile,
          correction: `${hostile} more`,
          provenance: { ...provenance, upstream: hostile, annotator: hostile, strata: [hostile] },
        },
      },
    ]);
    const tags = new Set([...html.matchAll(/<\/?([a-z0-9!]+)/gi)].map(([, name]) => name));
    expect([...tags].filter((name) => name === 'script' || name === 'img')).toEqual([]);
    expect(html.match(/<\/style>/g)).toHaveLength(1);
    expect(html).not.toMatch(/ onerror="/);
    expect(html).not.toContain('\u202E');
    expect(html).not.toContain('\u0007');
    expect(html).toContain('&lt;script&gt;');
    expect(html).toContain(`default-src 'none'`);
  });

  it('escapes whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const html = page([
          { file: '', where: '', tuple: { question: text, prefix: text, last: text, correction: 'x' } },
        ]);
        const body = html.slice(html.indexOf('<article'), html.lastIndexOf('</article>'));
        const known = /<\/?(?:article|p|b|span|h2|del|ins)(?: class="[a-z]+")?>/g;
        expect(body.replace(known, '')).not.toMatch(/[<>"]/);
      }),
    );
  });

  it('needs nothing from elsewhere', () => {
    expect(page(rowsOf(3))).not.toMatch(/<[^>]*(?:src|href)=|url\(|@import|<script/);
  });
});
