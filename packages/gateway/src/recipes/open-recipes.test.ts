import type { Upstream } from '@stream-aligner/core';
import { expect, it } from 'vitest';
import { parseConfiguration } from '../configuration/parse.ts';
import type { EmbeddedPairOptions } from './open-models.ts';
import { openRecipes } from './open-recipes.ts';
import { noAligner } from './recipe.ts';

const upstream: Upstream = {
  model: 'tiny',
  continuation: 'native',
  open: () => Promise.reject(new Error('is not opened')),
};

it('loads the embedded pair once for all who want the same of it', async () => {
  const text = `
server: { maxConcurrent: 50 }
upstreams: { here: { type: tiny }, few: { type: tiny, sequences: 2, maxQueue: 3 } }
aligners: { few: { type: tiny, sequences: 2, maxQueue: 3 } }
models:
  plain: { upstream: here, aligner: tiny }
  small: { upstream: few, aligner: few }
`;
  const loaded: EmbeddedPairOptions[] = [];
  let open = 0;
  const recipes = openRecipes({
    configuration: parseConfiguration({ text, env: {} }),
    async loadTinyPair(options) {
      loaded.push(options);
      open += 1;
      return { upstream, aligner: noAligner, close: async () => void (open -= 1) };
    },
  });
  await recipes.warm();
  expect(loaded).toEqual([{ maxQueue: 50 }, { sequences: 2, maxQueue: 3 }]);
  await recipes.close();
  expect(open).toBe(0);
});
