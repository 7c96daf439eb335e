import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createArrayCutter } from './array-cutter.ts';

/** The elements of a text that comes in pieces of these lengths, the last of which is repeated. */
function cut(text: string, sizes: readonly number[] = [text.length], options = {}): unknown[] {
  const cutter = createArrayCutter(options);
  const elements: unknown[] = [];
  let at = 0;
  for (let i = 0; at < text.length; i += 1) {
    const size = Math.max(1, sizes[Math.min(i, sizes.length - 1)] ?? 1);
    for (const element of cutter.push(text.slice(at, at + size))) elements.push(JSON.parse(element));
    at += size;
  }
  cutter.end();
  return elements;
}

describe('the array cutter', () => {
  it('gives what JSON.parse gives, however the text is cut and laid out', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue()),
        sizes,
        fc.constantFrom(undefined, 2, '\t'),
        (rows, cuts, space) => {
          const text = `\n ${JSON.stringify(rows, null, space)} \n`;
          expect(cut(text, cuts)).toEqual(JSON.parse(text));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is not misled by brackets, commas and backslashes in strings', () => {
    const rows = [{ a: 'x\\', b: '],[{"' }, 'y\\"', [['\\\\'], {}], 3];
    for (let size = 1; size < 20; size += 1) expect(cut(JSON.stringify(rows), [size])).toEqual(rows);
  });

  it('takes a byte order mark and an empty array', () => {
    expect(cut('\uFEFF[ ]')).toEqual([]);
    expect(cut('\uFEFF[1]')).toEqual([1]);
  });

  it.each([
    ['{"a":1}', /does not begin with "\["/],
    ['[1,2', /ends before the array does/],
    ['', /ends before the array does/],
    ['[1] 2', /text behind the array/],
  ])('refuses %j', (text, why) => {
    expect(() => cut(text, [1])).toThrow(why);
  });

  it('holds no more than an element may be long', () => {
    expect(() => cut(`[1,"${'x'.repeat(50)}"]`, [1], { maxElement: 20 })).toThrow(
      /element 2 is longer than 20/,
    );
  });
});
