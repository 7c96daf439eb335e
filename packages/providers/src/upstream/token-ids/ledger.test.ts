import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTokenLedger, type Piece } from './ledger.ts';

const joined = (pieces: readonly Piece[]) => pieces.map(({ text }) => text).join('');
const word = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '.', '😀'), minLength: 1, maxLength: 4 });
const chunk = fc.record({
  text: fc.oneof(word, fc.constant('')),
  ids: fc.array(fc.nat(99), { maxLength: 2 }),
});

describe('the token ledger', () => {
  it('keeps the ids of what is kept, and knows none for the rest', () => {
    const ledger = createTokenLedger();
    expect(ledger.continueFrom('')).toEqual([]);
    ledger.wrote('One.', [1, 2]);
    ledger.wrote(' Two', [3]);
    ledger.wrote('.', [4]);
    expect(ledger.continueFrom('One. Too')).toEqual([{ text: 'One.', ids: [1, 2] }, { text: ' Too' }]);
    ledger.wrote(' Three.', [5]);
    const pieces = [{ text: 'One.', ids: [1, 2] }, { text: ' Too' }, { text: ' Three.', ids: [5] }];
    expect(ledger.continueFrom('One. Too Three.')).toEqual(pieces);
    expect(ledger.pieces).toEqual(pieces);
  });

  it('gives a character of several tokens all of them', () => {
    const ledger = createTokenLedger();
    ledger.wrote('', [7]);
    ledger.wrote('😀', [8]);
    expect(ledger.continueFrom('😀')).toEqual([{ text: '😀', ids: [7, 8] }]);
    ledger.wrote('', [9]);
    ledger.continueFrom('😀');
    ledger.wrote('!', [1]);
    expect(ledger.pieces.at(-1)).toEqual({ text: '!', ids: [1] });
  });

  it('learns ids of a text', () => {
    const ledger = createTokenLedger();
    const [piece] = ledger.continueFrom('One.');
    if (piece) ledger.learn(piece, [1]);
    expect(ledger.continueFrom('One.')).toEqual([{ text: 'One.', ids: [1] }]);
  });

  it('always spells the prefix, and loses no ids of a piece that is wholly in it', () => {
    const round = fc.record({ chunks: fc.array(chunk, { maxLength: 6 }), keep: fc.nat(30), rewrite: word });
    fc.assert(
      fc.property(fc.array(round, { maxLength: 5 }), fc.boolean(), (rounds, rewrites) => {
        const ledger = createTokenLedger();
        let prefix = '';
        ledger.continueFrom(prefix);
        for (const { chunks, keep, rewrite } of rounds) {
          for (const { text, ids } of chunks) ledger.wrote(text, ids);
          const before = [...ledger.pieces];
          const whole = joined(before);
          expect(whole.startsWith(prefix)).toBe(true);
          prefix = whole.slice(0, prefix.length + keep) + (rewrites ? rewrite : '');
          const after = ledger.continueFrom(prefix);
          expect(joined(after)).toBe(prefix);
          expect(after.every(({ text }) => text !== '')).toBe(true);
          let length = 0;
          const kept = before.filter(({ text }) => {
            length += text.length;
            return prefix.startsWith(whole.slice(0, length));
          });
          expect(after.slice(0, kept.length)).toEqual(kept);
          expect(after.length).toBeLessThanOrEqual(kept.length + 1);
        }
      }),
    );
  });
});
