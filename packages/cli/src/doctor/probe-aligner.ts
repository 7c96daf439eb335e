import { type Aligner, StreamAlignerError } from '@stream-aligner/core';
import type { Check } from './check.ts';

/** How a verdict was reached, in words. */
const ways = { 'copy-check': 'found by a copy check', decoding: 'decoded whole' } as const;
const PATIENCE_MS = 30_000;

/** Asks an aligner for one verdict, which tells whether it is there and speaks its contract. */
export async function probeAligner(aligner: Aligner): Promise<Omit<Check, 'name'>> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    const session = await aligner.open({
      messages: [
        { role: 'user', content: 'Tom has 12 apples. He buys 5 more. How many apples does Tom have now?' },
      ],
      signal,
    });
    try {
      const draft = 'Tom buys 5, so Tom has 12 + 5 = 17 apples.';
      const { text, by } = await session.correct({ prefix: '', draft, kind: 'prose', signal });
      return {
        status: 'ok',
        message: `gives verdicts: it ${text === draft ? 'kept' : 'rewrote'} a sample sentence, ${ways[by]}`,
      };
    } finally {
      await session.close();
    }
  } catch (error) {
    if (signal.aborted)
      return {
        status: 'failed',
        message: `gave no verdict within ${PATIENCE_MS / 1000} s. See whether it is overloaded.`,
      };
    if (!StreamAlignerError.isInstance(error)) throw error;
    return { status: 'failed', message: error.message };
  }
}
