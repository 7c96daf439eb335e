import { expect, it } from 'vitest';
import { slugOf } from './slug.ts';

it('names files, one for each text', () => {
  expect(['sums', 'Harm points', 'net-win-right'].map(slugOf)).toEqual([
    'sums',
    'harm-points',
    'net-win-right',
  ]);
  const odd = ['帮助', '无害', 'a/../b', 'a b?', 'x'.repeat(300)].map(slugOf);
  expect(new Set(odd).size).toBe(odd.length);
  for (const slug of odd) expect(slug).toMatch(/^[a-z0-9-]{1,47}$/);
});
