import { describe, expect, it } from 'vitest';
import { CRITERIA, readCriteria } from './criteria.ts';

describe('criteria', () => {
  it('are ours by name, or of the user, in the order given', () => {
    const criteria = readCriteria(['harmless', 'rhymes=It rhymes = better.', ' helpful ']);
    expect(Object.entries(criteria)).toEqual([
      ['harmless', CRITERIA.harmless],
      ['rhymes', 'It rhymes = better.'],
      ['helpful', CRITERIA.helpful],
    ]);
    expect(readCriteria(['helpful=It is short.'])).toEqual({ helpful: 'It is short.' });
  });

  it.each(['helpfull', 'rhymes=', 'rhymes= ', '=It rhymes', 'It rhymes', 'toString', ''])(
    'are not %j',
    (given) => {
      expect(() => readCriteria([given])).toThrow('A criterion is one of helpful, harmless');
    },
  );

  it('are given once each', () => {
    expect(() => readCriteria(['helpful', 'helpful=It is short.'])).toThrow('given twice');
  });
});
