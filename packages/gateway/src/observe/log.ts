import { StreamAlignerError } from '@stream-aligner/core';
import { errorEnvelope } from '@stream-aligner/providers/wire';
import { destination, type Logger, pino } from 'pino';

/** Where the gateway reports what it does. Never holds text of users or models. */
export type Log = Pick<Logger, 'info' | 'warn' | 'error'>;

/** JSON lines on the standard error stream, so that a command's own output stays clean. */
export function createLog(level: string): Log {
  return pino({ level, name: 'stream-aligner' }, destination(2));
}

/**
 * How loudly an error is told, by the status it has over HTTP: mistakes of clients are no news, want of capacity is worth
 * knowing, the rest is ours to mend.
 */
export function levelOf(error: unknown): 'info' | 'warn' | 'error' {
  const { status } = errorEnvelope(error);
  if (status === 429 || status === 503) return 'warn';
  return status < 500 ? 'info' : 'error';
}

/**
 * What a log may say of an error. Messages of errors that are not ours may quote anything, so only their names, system
 * codes and places in the code are told.
 */
export function loggedError(error: unknown): Record<string, unknown> {
  if (StreamAlignerError.isInstance(error)) {
    const { code, message, details, cause } = error;
    // A path may hold the client's own words: the names of its fields.
    const { param: _param, ...facts } = details;
    return { code, message, ...facts, ...(cause !== undefined && { cause: loggedError(cause) }) };
  }
  if (!(error instanceof Error)) return { name: typeof error };
  return {
    name: error.name,
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    places: error.stack
      ?.split('\n')
      .filter((line) => /^\s+at /.test(line))
      .slice(0, 8)
      .map((line) => line.trim()),
    ...(error.cause !== undefined && { cause: loggedError(error.cause) }),
  };
}
