import { StreamAlignerError } from '@stream-aligner/core';

/** Why an answer failed, from whatever was thrown while it was made. */
export function asAnswerError(cause: unknown): StreamAlignerError {
  if (StreamAlignerError.isInstance(cause)) return cause;
  const name = cause instanceof Error ? cause.name : 'something that is no error';
  return new StreamAlignerError('internal', `The answer could not be made: ${name} was thrown.`, { cause });
}
