import { StreamAlignerError } from '@stream-aligner/core';

/** Why an answer ends whose client is gone. What a platform gives as a reason may be anything; this is an error. */
export function clientLeft(cause: unknown): StreamAlignerError {
  return new StreamAlignerError('closed', 'The client left before its answer was complete.', { cause });
}
