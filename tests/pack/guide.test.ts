import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './support/packages.ts';
import { blocksOf } from './support/readme-blocks.ts';

const guide = readFileSync(join(root, 'docs/guide/library.md'), 'utf8');
const named = [...guide.matchAll(/\[`([\w-]+\.ts)`\]\(\.\.\/\.\.\/examples\/\1\)/g)].map(
  ([, file = '']) => file,
);
const blocks = blocksOf(guide, 'ts');

it('shows one example after each that it names', () => {
  expect(named.length).toBeGreaterThan(3);
  expect(blocks).toHaveLength(named.length);
});

it.each(named.map((file, index) => ({ file, index })))('shows $file as it is', ({ file, index }) => {
  expect(blocks[index]).toBe(readFileSync(join(root, 'examples', file), 'utf8'));
});
