import { StreamAlignerError } from '@stream-aligner/core';
import { EXIT } from '../exit-codes.ts';

/** Tells a person what went wrong, on the error stream. Gives the exit code. */
export function reportError(error: unknown, { debug }: { debug: boolean }): number {
  const ours = StreamAlignerError.isInstance(error);
  const message = ours
    ? error.message
    : `Something failed that should not: ${error instanceof Error ? error.message : String(error)}`;
  process.stderr.write(`stream-aligner: ${message}\n`);
  if (debug && error instanceof Error) process.stderr.write(`${traceOf(error)}\n`);
  else if (!ours) process.stderr.write('Run it again with --debug to see where.\n');
  return ours && error.code === 'invalid-request' ? EXIT.usage : EXIT.failure;
}

/** Why the output ended early, from the stream's own error. */
export function cannotWrite(cause: NodeJS.ErrnoException): StreamAlignerError {
  const code = cause.code ?? cause.name;
  const why = code === 'ENOSPC' || code === 'EDQUOT' ? 'there is no space left' : 'the system refused';
  return new StreamAlignerError(
    'closed',
    `Cannot write the output (${code}): ${why}. Make room for it, or send it elsewhere.`,
    { cause },
  );
}

function traceOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${traceOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
