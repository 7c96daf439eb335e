import type { Aligner, Correction } from '@stream-aligner/core';

/** An aligner that is a function of the draft. */
export function createAligner(correct: (draft: string) => string | Promise<string>): Aligner {
  return {
    model: 'function',
    open: async () => ({
      correct: async ({ draft }): Promise<Correction> => ({ text: await correct(draft), by: 'decoding' }),
      close: async () => {},
    }),
  };
}

/** Rewrites every 2 to a 3. */
export const twosToThrees = createAligner((draft) => draft.replaceAll('2', '3'));
