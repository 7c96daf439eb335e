import { type ErrorCode, StreamAlignerError } from '@stream-aligner/core';

/** An error as OpenAI's API words it: what every OpenAI client knows how to read. */
export interface ErrorEnvelope {
  error: { message: string; type: string; param: string | null; code: string | null };
}

/** How one code looks over HTTP. */
export interface ErrorShape {
  status: number;
  type: string;
  /** The `code` of the envelope where OpenAI has a word of its own. Default: our code. */
  code?: string;
  /** Statuses that an error may choose by `details.status` instead. Any other is a fact about somebody else's reply. */
  mayBe?: readonly number[];
}

/** Every code's shape. Client mistakes are 4xx, which official clients do not retry; ours and the models' are 5xx. */
export const errorShapes: Readonly<Record<ErrorCode, ErrorShape>> = {
  'invalid-request': {
    status: 400,
    type: 'invalid_request_error',
    mayBe: [401, 403, 404, 405, 408, 413, 415, 422, 431],
  },
  'context-overflow': { status: 400, type: 'invalid_request_error', code: 'context_length_exceeded' },
  'upstream-failed': { status: 502, type: 'upstream_error' },
  'upstream-truncated': { status: 502, type: 'upstream_error' },
  'upstream-rejected': { status: 502, type: 'upstream_error', mayBe: [400, 413, 422] },
  'aligner-failed': { status: 502, type: 'aligner_error' },
  'aligner-rejected': { status: 502, type: 'aligner_error' },
  'aligner-unparsable': { status: 502, type: 'aligner_error' },
  deadline: { status: 504, type: 'timeout_error' },
  overloaded: { status: 429, type: 'rate_limit_error', mayBe: [503] },
  'model-missing': { status: 500, type: 'configuration_error' },
  'model-damaged': { status: 500, type: 'configuration_error' },
  configuration: { status: 500, type: 'configuration_error' },
  closed: { status: 503, type: 'server_error' },
  internal: { status: 500, type: 'server_error' },
};

/**
 * An error as a status and an envelope, for a plain reply or for the last event of a failed stream. `details.param`
 * and `details.code` fill the envelope's fields. Errors that are not ours become `internal` and keep their message to
 * themselves: it may hold anything.
 */
export function errorEnvelope(error: unknown): { status: number; body: ErrorEnvelope } {
  if (!StreamAlignerError.isInstance(error)) {
    return errorEnvelope(
      new StreamAlignerError('internal', 'Something failed inside the server. Its log says what.'),
    );
  }
  const shape = errorShapes[error.code];
  const { status: asked, param, code } = error.details;
  const status = typeof asked === 'number' && shape.mayBe?.includes(asked) ? asked : shape.status;
  return {
    status,
    body: {
      error: {
        message: error.message,
        type: shape.type,
        param: typeof param === 'string' ? param : null,
        code: typeof code === 'string' ? code : (shape.code ?? error.code),
      },
    },
  };
}
