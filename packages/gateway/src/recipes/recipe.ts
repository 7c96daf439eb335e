import type { Aligner, AlignOptions, Upstream } from '@stream-aligner/core';
import type { ModelConfiguration } from '../configuration/models.ts';

/** The options of a recipe that the correction loop takes. */
export type RecipeOptions = Omit<
  AlignOptions,
  'upstream' | 'aligner' | 'messages' | 'params' | 'signal' | 'clock'
>;

/** What a model's name stands for: an upstream, an aligner and how they work together. */
export interface Recipe {
  /** The name that clients choose it by. */
  name: string;
  upstream: Upstream;
  aligner: Aligner;
  options: RecipeOptions;
  /** What a request may change; see the configuration's option of this name. */
  overrides: ModelConfiguration['overrides'];
  /** True for the upstream alone, without an aligner. */
  raw: boolean;
  /** Whether its answers are traced, where traces are kept. */
  traced: boolean;
}

/** The aligner of a raw recipe: it has no rounds, so it is never asked, and would keep whatever it is. */
export const noAligner: Aligner = {
  model: 'none',
  async open() {
    return {
      correct: async ({ draft }) => ({ text: draft, by: 'copy-check' }),
      close: async () => {},
    };
  },
};
