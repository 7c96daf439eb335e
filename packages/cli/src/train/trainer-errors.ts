import { type ErrorCode, StreamAlignerError } from '@stream-aligner/core';
import type { Ending } from './child.ts';
import { type TrainerEvent, textIn } from './events.ts';
import { tailOf } from './log-file.ts';

/** The code that the trainer gives to what it did not expect; why it happened is then in the log alone. */
export const UNEXPECTED = 'unexpected';

const CODES: Readonly<Record<string, ErrorCode>> = { 'no-model': 'model-missing' };

/** What the trainer said was wrong, as an error of ours. Its message says what happened, why, and what to do. */
export function saidError(event: TrainerEvent): StreamAlignerError {
  const code = textIn(event, 'code') ?? '';
  const message = textIn(event, 'message') ?? 'The trainer failed and did not say why.';
  // The trainer knows settings, and a person here knows flags.
  const hint = code === 'earlier-run' ? ', or go on with that run with --resume' : '';
  return new StreamAlignerError(CODES[code] ?? 'configuration', `${message}${hint}`, { details: { code } });
}

/** The error for a Python program that ended without saying why. Shows the end of what Python printed. */
export function crashed(what: string, { code, signal }: Ending, log: string): StreamAlignerError {
  const tail = tailOf(log);
  if (tail !== '') process.stderr.write(`${tail}\n`);
  const how = signal === null ? `exit code ${code ?? 'unknown'}` : signal;
  // What the system's out-of-memory killer sends, and how a launcher reports it.
  const memory = signal === 'SIGKILL' || code === 137 || /out of memory|exitcode\s*: -9/i.test(tail);
  const advice = memory
    ? 'It probably ran out of memory: make batches smaller (training.batch_rows or batch_tokens), or take a smaller model or a LoRA recipe.'
    : 'The lines above are the last that Python printed.';
  return new StreamAlignerError(
    'internal',
    `The ${what} ended without saying why (${how}). ${advice} Everything it printed is in ${log}.`,
  );
}
