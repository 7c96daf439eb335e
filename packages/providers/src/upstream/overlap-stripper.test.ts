import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOverlapStripper } from './overlap-stripper.ts';

function stripped(prefix: string, deltas: Iterable<string>): string {
  const stripper = createOverlapStripper(prefix);
  return Array.from(deltas, (delta) => stripper.push(delta)).join('') + stripper.flush();
}

const PREFIX = 'It rains a lot. The sky is grey today.';

describe('the overlap stripper', () => {
  it.each([
    ['the last sentence', PREFIX, 'The sky is grey today. It clears.', ' It clears.'],
    ['all of the prefix', PREFIX, `${PREFIX} It clears.`, ' It clears.'],
    ['the end of a sentence', PREFIX, 'sky is grey today. It clears.', ' It clears.'],
    ['whitespace before it', PREFIX, '\n\nThe sky is grey today. It clears.', ' It clears.'],
    ['nothing but it', PREFIX, 'The sky is grey today.', ''],
    ['no repetition', PREFIX, 'It clears.', 'It clears.'],
    ['whitespace and no repetition', PREFIX, '\n\nIt clears.', '\n\nIt clears.'],
    ['the start of one', PREFIX, 'The sky is blue.', 'The sky is blue.'],
    ['the start of one, cut off', PREFIX, 'The sky is', 'The sky is'],
    ['a word of it', PREFIX, 'today. More.', 'today. More.'],
    [
      'the middle of a word',
      'It was unbelievable to all.',
      'believable to all. So.',
      'believable to all. So.',
    ],
    [
      'the longest of two',
      'Ring it, ring it. Ring it, ring it.',
      'Ring it, ring it. Ring it, ring it. Yes.',
      ' Yes.',
    ],
    [
      'a script without spaces',
      '今日は雨です。空は灰色に曇っていますね。',
      '空は灰色に曇っていますね。明日',
      '明日',
    ],
    ['a short prefix', 'No.', 'No. Never.', 'No. Never.'],
  ])('%s', (_name, prefix, output, expected) => {
    expect(stripped(prefix, [output])).toBe(expected);
    expect(stripped(prefix, output)).toBe(expected);
  });

  const sentence = fc
    .array(fc.constantFrom('the', 'sky', 'is', 'grey', 'today', 'and', 'wet'), { minLength: 1, maxLength: 6 })
    .map((words) => `${words.join(' ')}.`);
  const text = fc.array(sentence, { maxLength: 4 }).map((sentences) => sentences.join(' '));

  it('gives the same for every way of cutting, and only ever takes a repetition away', () => {
    fc.assert(
      fc.property(text, text, fc.nat(60), fc.array(fc.nat(60)), (prefix, written, repeated, cuts) => {
        const output = prefix.slice(Math.max(0, prefix.length - repeated)) + (written && ` ${written}`);
        const given = stripped(prefix, [output]);
        const ends = [...new Set(cuts.map((cut) => cut % (output.length + 1))), output.length].toSorted(
          (a, b) => a - b,
        );
        expect(
          stripped(
            prefix,
            ends.map((end, at) => output.slice(ends[at - 1] ?? 0, end)),
          ),
        ).toBe(given);
        expect(output.endsWith(given)).toBe(true);
        const taken = output.slice(0, output.length - given.length).trimStart();
        expect(prefix.endsWith(taken)).toBe(true);
        expect(taken === '' || taken.length >= 12).toBe(true);
      }),
    );
  });

  it('takes away every repetition that begins at a word and is long enough', () => {
    const next = fc.constantFrom(' Soon it will be over.', '', '\n\nWhat else?');
    fc.assert(
      fc.property(text, fc.nat(80), next, (prefix, length, rest) => {
        const start = Math.max(0, prefix.length - length);
        const repeated = prefix.slice(start);
        fc.pre(repeated.length >= 12 && /^\w/.test(repeated) && !/\w$/.test(prefix.slice(0, start)));
        expect(stripped(prefix, [repeated + rest])).toBe(rest);
      }),
    );
  });

  it('holds back only what could still be a repetition', () => {
    const stripper = createOverlapStripper(PREFIX);
    expect(['The sky', ' is b', 'lue', ' today.'].map((delta) => stripper.push(delta))).toEqual([
      '',
      'The sky is b',
      'lue',
      ' today.',
    ]);
    const long = createOverlapStripper('a word '.repeat(10_000));
    expect(long.push('a word '.repeat(10_000)).length).toBeGreaterThan(60_000);
  });
});
