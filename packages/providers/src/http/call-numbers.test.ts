import { expect, it } from 'vitest';
import { createCallNumbers } from './call-numbers.ts';

const numbers = (...deltas: [index: number, id?: string][]) => {
  const numbered = createCallNumbers();
  return deltas.map(([index, id]) => numbered({ index, ...(id && { id }) }).index);
};

it('leaves the numbers of servers that give them', () => {
  expect(numbers([0, 'a'], [0], [1, 'b'], [0], [1])).toEqual([0, 0, 1, 0, 1]);
  expect(numbers([0, 'a'], [0, 'a'], [1, 'b'])).toEqual([0, 0, 1]);
});

it('tells calls apart by their ids where all have the same number', () => {
  expect(numbers([0, 'a'], [0], [0, 'b'], [0], [0, 'c'])).toEqual([0, 0, 1, 1, 2]);
});
