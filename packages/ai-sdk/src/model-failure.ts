import { APICallError } from '@ai-sdk/provider';
import { type ErrorCode, StreamAlignerError } from '@stream-aligner/core';

/** A failure of the wrapped model as core understands it, with the model's own error as its cause. */
export function modelFailure(error: unknown): StreamAlignerError {
  if (StreamAlignerError.isInstance(error)) return error;
  if (!APICallError.isInstance(error)) {
    return new StreamAlignerError(
      'upstream-failed',
      'The wrapped model failed while it wrote the answer. Its own error is the cause of this one.',
      { cause: error },
    );
  }
  const { statusCode, isRetryable, responseHeaders } = error;
  const status = statusCode === undefined ? 'no status' : `status ${statusCode}`;
  const retryAfterSeconds = Number(responseHeaders?.['retry-after'] ?? Number.NaN);
  return new StreamAlignerError(
    codeOf(statusCode, isRetryable),
    `The wrapped model's provider refused or failed a call (${status}). Its own error is the cause of this one.`,
    {
      cause: error,
      details: {
        ...(statusCode !== undefined && { status: statusCode }),
        ...(Number.isFinite(retryAfterSeconds) && { retryAfterSeconds }),
      },
    },
  );
}

function codeOf(status: number | undefined, isRetryable: boolean): ErrorCode {
  if (status === 429) return 'overloaded';
  return isRetryable ? 'upstream-failed' : 'upstream-rejected';
}
