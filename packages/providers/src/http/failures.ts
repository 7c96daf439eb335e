import { type ErrorCode, StreamAlignerError } from '@stream-aligner/core';
import { parseJson, type WireError, wireError } from '../wire/chat-chunk.ts';
import type { Endpoint } from './endpoint.ts';
import { retryAfterSeconds } from './retry-after.ts';

type Failure = 'failed' | 'truncated' | 'rejected';

const codes: Readonly<Record<Endpoint['party'], Readonly<Record<Failure, ErrorCode>>>> = {
  upstream: { failed: 'upstream-failed', truncated: 'upstream-truncated', rejected: 'upstream-rejected' },
  aligner: { failed: 'aligner-failed', truncated: 'aligner-failed', rejected: 'aligner-rejected' },
  'score model': {
    failed: 'upstream-failed',
    truncated: 'upstream-truncated',
    rejected: 'upstream-rejected',
  },
};

/** A failure of the server at `endpoint`, worded by our side: a server's own words may quote the prompt. */
export function failure(
  { party, origin }: Endpoint,
  kind: Failure,
  what: string,
  { cause, details }: { cause?: unknown; details?: Record<string, string | number> } = {},
): StreamAlignerError {
  return new StreamAlignerError(codes[party][kind], `The ${party} at ${origin} ${what}`, {
    ...(cause !== undefined && { cause }),
    details: { origin, ...details },
  });
}

/** The server stayed silent too long. */
export function silence({ party, origin }: Endpoint, phase: 'first-byte' | 'between-bytes', ms: number) {
  const what =
    phase === 'first-byte'
      ? 'did not begin to answer'
      : 'stopped in the middle of its answer and stayed silent';
  return new StreamAlignerError(
    'deadline',
    `The ${party} at ${origin} ${what} for ${ms} ms. See whether it is overloaded, or raise its timeout.`,
    { details: { origin, phase, ms } },
  );
}

/** What a reply with an error status means. `body` is read for what kind of error it is and never repeated. */
export function httpFailure(endpoint: Endpoint, response: Response, body: string): StreamAlignerError {
  const { party, origin } = endpoint;
  const { status } = response;
  const parsed = parseJson(body);
  const reported = wireError(isObject(parsed) && isObject(parsed['error']) ? parsed['error'] : parsed);
  const retryAfter = retryAfterSeconds(response.headers);
  const details = {
    origin,
    status,
    ...reportDetails(reported),
    ...(retryAfter !== undefined && { retryAfterSeconds: retryAfter }),
  };
  if ([400, 413, 422].includes(status) && isContextOverflow(reported, body)) {
    if (party === 'aligner') {
      return failure(
        endpoint,
        'rejected',
        'cannot hold a sentence with its question and the answer so far. Set `window` to its context, or lower `maxSegmentLength`.',
        { details },
      );
    }
    return new StreamAlignerError(
      'context-overflow',
      `The conversation is longer than the context of the ${party} at ${origin}. Shorten it, or serve the model with a larger context.`,
      { details: { origin, upstreamStatus: status } },
    );
  }
  if (party === 'upstream' && status === 400 && /prefill|ending with a model turn/i.test(body)) {
    return failure(
      endpoint,
      'rejected',
      'takes no answer to go on from: this model cannot continue its own message. Use a model that can (often an ' +
        'older one), set `continuation: emulated`, or look on in `mode: shadow`.',
      { details },
    );
  }
  // 529 is how Anthropic says it. A 503 alone may be a model that never comes up; one that names a time asks to be tried again.
  if (status === 429 || status === 529 || (status === 503 && retryAfter !== undefined)) {
    return new StreamAlignerError(
      'overloaded',
      `The ${party} at ${origin} takes no more requests now (${status}). Try again later, or raise its limits.`,
      { details },
    );
  }
  const kind = status >= 500 ? 'failed' : 'rejected';
  return failure(endpoint, kind, `answered with HTTP status ${status}. ${hintFor(party, status)}`, {
    details,
  });
}

/** The server said in its stream that it failed. */
export function reportedFailure(endpoint: Endpoint, reported: WireError): StreamAlignerError {
  return failure(
    endpoint,
    'failed',
    'reported an error in the middle of its answer. Its own log says more.',
    {
      details: reportDetails(reported),
    },
  );
}

function reportDetails({ type, code }: WireError): Record<string, string> {
  return {
    ...(type !== undefined && { reportedType: type }),
    ...(code !== undefined && { reportedCode: code }),
  };
}

function isContextOverflow({ type, code }: WireError, body: string): boolean {
  const words = `${type} ${code}`;
  return (
    /context_length_exceeded|exceed_context_size/.test(words) ||
    /context (length|size|window)|prompt is too long|`max_new_tokens` must be/i.test(body)
  );
}

function hintFor(party: Endpoint['party'], status: number): string {
  if (status === 401 || status === 403) return 'Check its API key.';
  if (status === 404 && party === 'score model')
    return 'Check its base URL, the model name, and the path that is asked: a server need not have it.';
  if (status === 404) return 'Check its base URL (does it need /v1 at its end?) and the model name.';
  if (status >= 300 && status < 400) return 'It redirects elsewhere: give the final address as its base URL.';
  if (status >= 500) return 'See its own log, and whether it is still loading the model.';
  if (party === 'aligner')
    return 'It does not take the request: check `body`, and that the model is a chat model.';
  if (party === 'score model')
    return 'It does not take the request: check the path that is asked, `body`, and that it serves a reward or classification model with a chat template.';
  return 'It does not take the request: check the parameters, and whether it can continue an answer this way.';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
