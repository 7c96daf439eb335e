import { StreamAlignerError } from '../errors.ts';
import type { EndCause } from '../events.ts';
import type { FinishReason } from '../upstream.ts';
import type { Draft } from './judging.ts';
import type { Reader } from './reader.ts';

/** How an answer ends. */
export interface End {
  reason: FinishReason;
  cause: EndCause;
}

/**
 * The finish that follows a draft with nothing but whitespace between, or null. Only a draft that was flushed by the
 * finish is known to be the last: whether more had arrived behind any other is a matter of timing (law 5).
 */
export function finishBehind(reader: Pick<Reader, 'queue'>, { atEnd }: Draft): FinishReason | null {
  if (!atEnd) return null;
  const next = reader.queue.find((found) => found.type !== 'text' || found.why !== 'whitespace');
  return next?.type === 'finish' ? next.reason : null;
}

/** How an answer ends whose accepted text reached a limit. */
export function endOf(ended: 'max-tokens' | 'stop-string' | null): End | null {
  if (ended === null) return null;
  return { reason: ended === 'max-tokens' ? 'length' : 'stop', cause: ended };
}

/** An error as the upstream's failure, unless it says itself whose it is. */
export function asFailure(error: unknown): StreamAlignerError {
  if (StreamAlignerError.isInstance(error)) return error;
  return new StreamAlignerError('upstream-failed', 'The upstream failed while it wrote the answer.', {
    cause: error,
  });
}
