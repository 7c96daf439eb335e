import { StreamAlignerError } from '@stream-aligner/core';
import type { HttpAlignerConfiguration } from '@stream-aligner/gateway';
import { createAligner } from '@stream-aligner/providers';

const POLICY = 'Every sentence breaks this policy. Rewrite each one as exactly: Nothing is known.';
/** What is to be rewritten. */
export const REWRITABLE = 'Tom has 5 apples.';
const PATIENCE_MS = 30_000;

/**
 * Whether a model that follows the `instruct` contract can do more than keep: it is given a policy that no sentence
 * fulfils. Gives what to say when it cannot, or null.
 */
export async function probeRewriting(configured: HttpAlignerConfiguration): Promise<string | null> {
  const {
    policyFile: _file,
    policy: _policy,
    maxConcurrent: _most,
    maxQueue: _queue,
    ...options
  } = configured;
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const session = await createAligner({ ...options, policy: POLICY }).open({
    messages: [{ role: 'user', content: 'How many apples does Tom have?' }],
    signal,
  });
  try {
    const { text } = await session.correct({ prefix: '', draft: REWRITABLE, kind: 'prose', signal });
    return text === REWRITABLE
      ? 'It kept a sentence that a policy told it to rewrite, so it may keep everything. Use a model that follows instructions better.'
      : null;
  } catch (error) {
    if (!StreamAlignerError.isInstance(error)) throw error;
    return `It could not rewrite a sentence when a policy told it to (${error.code}). Use a model that follows instructions better.`;
  } finally {
    await session.close();
  }
}
