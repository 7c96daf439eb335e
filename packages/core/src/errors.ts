/** What went wrong, as a word that programs can act on. */
export type ErrorCode =
  | 'invalid-request'
  | 'context-overflow'
  | 'upstream-failed'
  | 'upstream-truncated'
  | 'upstream-rejected'
  | 'aligner-failed'
  | 'aligner-rejected'
  | 'aligner-unparsable'
  | 'deadline'
  | 'overloaded'
  | 'model-missing'
  | 'model-damaged'
  | 'configuration'
  | 'closed'
  | 'internal';

const marker = Symbol.for('stream-aligner.error');

/**
 * Every error this project throws on purpose. `message` says what happened, why, and what to do, and never holds text
 * of users or models; `details` may hold facts that are safe to log.
 */
export class StreamAlignerError extends Error {
  override readonly name = 'StreamAlignerError';
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, string | number | boolean>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; details?: Record<string, string | number | boolean> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
    Object.defineProperty(this, marker, { value: true });
  }

  /** True for errors of this class, also when they come from another copy of the package. */
  static isInstance(value: unknown): value is StreamAlignerError {
    return typeof value === 'object' && value !== null && marker in value;
  }
}
