import { type ErrorCode, StreamAlignerError } from '../errors.ts';

/** Failures that say something about the server: it is down, broken or overrun. All others are the request's. */
const SERVER_FAULTS: ReadonlySet<ErrorCode> = new Set([
  'upstream-failed',
  'upstream-truncated',
  'aligner-failed',
  'overloaded',
  'deadline',
]);

/** Whether an error is the server's fault, so that another server may do better. */
export function isServerFault(error: unknown): boolean {
  return !StreamAlignerError.isInstance(error) || SERVER_FAULTS.has(error.code);
}
