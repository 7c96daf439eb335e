import { StreamAlignerError } from '@stream-aligner/core';
import { EXIT } from '../exit-codes.ts';

/** What ends a command early. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Whether it was Ctrl-C. */
  interrupted(): boolean;
  /** Stops listening. */
  forget(): void;
}

/** A signal that aborts at Ctrl-C, or when nobody reads the output any more. A second Ctrl-C ends the process at once. */
export function stopOnInterrupt(): Interruption {
  const controller = new AbortController();
  let interrupted = false;
  const onSignal = () => {
    if (interrupted) process.exit(EXIT.interrupted);
    interrupted = true;
    controller.abort(new StreamAlignerError('closed', 'Interrupted.'));
  };
  const onOutputError = () => controller.abort(new StreamAlignerError('closed', 'The output was closed.'));
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.stdout.on('error', onOutputError);
  return {
    signal: controller.signal,
    interrupted: () => interrupted,
    forget() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
