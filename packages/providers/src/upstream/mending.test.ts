import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEchoStripper, type TextFilter } from './echo-stripper.ts';
import { createJunction } from './junction.ts';

function filtered(filter: TextFilter, deltas: string[]): string {
  return deltas.map((delta) => filter.push(delta)).join('') + filter.flush();
}

/** A text and a way of cutting it. */
const cutText = (text: string, cuts: number[]) => {
  const ends = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  return [...ends, text.length].map((end, index) => text.slice(ends[index - 1] ?? 0, end));
};
const small = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '.', '\n'), maxLength: 12 });
const cuts = fc.array(fc.nat(40));

describe('the echo stripper', () => {
  it.each([
    ['an echo', 'One. Two.', 'One. Two. Three.', ' Three.'],
    ['no echo', 'One. Two.', ' Three.', ' Three.'],
    ['half an echo', 'One. Two.', 'One. Four.', 'One. Four.'],
    ['a start of one', 'One. Two.', 'One', 'One'],
    ['an echo alone', 'One.', 'One.', ''],
    ['trimmed at the start', '\n\nOne.', 'One. Two.', ' Two.'],
    ['trimmed at the end', 'One. \n', 'One. Two.', ' Two.'],
    ['no prefix', '', 'One.', 'One.'],
  ])('%s', (_name, prefix, text, expected) => {
    expect(filtered(createEchoStripper(prefix), [text])).toBe(expected);
    expect(filtered(createEchoStripper(prefix), [...text])).toBe(expected);
  });

  it('gives the same for every way of cutting, and at most one echo less', () => {
    fc.assert(
      fc.property(small, small, fc.boolean(), cuts, (prefix, text, echoed, where) => {
        const whole = (echoed ? prefix : '') + text;
        const given = filtered(createEchoStripper(prefix), cutText(whole, where));
        expect(given).toBe(filtered(createEchoStripper(prefix), [whole]));
        expect(whole.endsWith(given)).toBe(true);
        if (echoed && prefix.trim() && prefix === prefix.trimEnd()) expect(given).toBe(text);
      }),
    );
  });

  it('holds back no more than the prefix', () => {
    const stripper = createEchoStripper('One. Two.');
    expect([...'One. Twx.'].map((character) => stripper.push(character))).toEqual([
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      'One. Twx',
      '.',
    ]);
  });
});

describe('the junction', () => {
  it.each([
    ['nothing', 'One.', ' Two.', ' Two.'],
    ['an exact server that writes no space', 'One.', 'Two.', 'Two.'],
    ['the prefix ends in a space that the server writes again', 'One. ', ' Two.', 'Two.'],
    ['it ends in a space and the server writes none', 'One. ', 'Two.', 'Two.'],
    ['it ends in a space and the server writes another', 'One. ', '\n\nTwo.', 'Two.'],
    ['it ends in one line break of two', 'One.\n', '\n\nTwo.', '\nTwo.'],
    ['only whitespace comes', 'One.', '\n', '\n'],
  ])('exact: %s', (_name, prefix, text, expected) => {
    expect(filtered(createJunction(prefix, 'exact'), [text])).toBe(expected);
    expect(filtered(createJunction(prefix, 'exact'), [...text])).toBe(expected);
  });

  it.each([
    ['a lost space', 'One.', 'Two.', ' Two.'],
    ['a lost space after a quote', 'He said "no."', 'Then', ' Then'],
    ['a space that is there', 'One.', ' Two.', ' Two.'],
    ['a lost line break after a heading', '# One', 'Two.', '\nTwo.'],
    ['a lost line break in a list', 'Do:\n- one.', '- two.', '\n- two.'],
    ['a script without spaces', '一。', '二。', '二。'],
    ['a word that goes on', 'The capital of Fr', 'ance', 'ance'],
    ['no prefix', '', 'One.', 'One.'],
  ])('trimmed: %s', (_name, prefix, text, expected) => {
    expect(filtered(createJunction(prefix, 'trimmed'), [text])).toBe(expected);
  });

  it('changes nothing but whitespace at the joint', () => {
    const servers = fc.constantFrom('exact' as const, 'trimmed' as const);
    fc.assert(
      fc.property(small, small, servers, cuts, (prefix, text, server, where) => {
        const given = filtered(createJunction(prefix, server), cutText(text, where));
        expect(given.trimStart()).toBe(text.trimStart());
        if (server === 'exact' && prefix === prefix.trimEnd()) expect(given).toBe(text);
      }),
    );
  });
});
