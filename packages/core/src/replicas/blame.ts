import { type ErrorCode, StreamAlignerError } from '../errors.ts';

/** Failures that say something about the server: it is down, broken or overrun. */
const SERVER_FAULTS: ReadonlySet<ErrorCode> = new Set([
  'upstream-failed',
  'upstream-truncated',
  'aligner-failed',
  'overloaded',
  'deadline',
]);

/** Refusals: the request's fault, or a server's that is set up otherwise than another. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set([
  'upstream-rejected',
  'aligner-rejected',
  'context-overflow',
  'model-missing',
]);

/**
 * Whether an error is the server's fault. Only such errors open a breaker: what a client can bring about by what it asks
 * must not take a server from everybody.
 */
export function isServerFault(error: unknown): boolean {
  return !StreamAlignerError.isInstance(error) || SERVER_FAULTS.has(error.code);
}

/** Whether another server may do better. */
export function mayDoBetterElsewhere(error: unknown): boolean {
  return isServerFault(error) || (StreamAlignerError.isInstance(error) && REFUSALS.has(error.code));
}
