import { expect, it } from 'vitest';
import { wordDiff } from './word-diff.ts';

it('finds the words that changed', () => {
  expect(wordDiff('Two and two are five.', 'Two and two are four.')).toEqual([
    { type: 'same', text: 'Two and two are ' },
    { type: 'removed', text: 'five' },
    { type: 'added', text: 'four' },
    { type: 'same', text: '.' },
  ]);
});

it.each(['before', 'after'] as const)('has the whole text of %s', (side) => {
  const texts = { before: 'a  b\n\nc <b>', after: 'a b\nc d' };
  const left = side === 'before' ? 'added' : 'removed';
  const kept = wordDiff(texts.before, texts.after).filter(({ type }) => type !== left);
  expect(kept.map(({ text }) => text).join('')).toBe(texts[side]);
});

it('gives up on texts that have too little in common, and shows both', () => {
  const words = (from: number) => Array.from({ length: 20_000 }, (_, at) => `w${from + at * 7}`).join(' ');
  const changes = wordDiff(words(1), words(2));
  expect(changes.map(({ type }) => type)).toEqual(['removed', 'added']);
});
