import type { Aligner, AlignerSession, ErrorCode } from '@stream-aligner/core';
import { askPatiently, type PatienceOptions } from '../../patience.ts';

/** Failures that may be over in a moment: the server's, not the sentence's. */
const PASSING: ReadonlySet<ErrorCode> = new Set(['overloaded', 'aligner-failed', 'deadline']);

/** An aligner that waits for a server which is busy or down for a moment. */
export function patiently(aligner: Aligner, options: PatienceOptions = {}): Aligner {
  const patient = (session: AlignerSession): AlignerSession => ({
    correct: (request) =>
      askPatiently(() => session.correct(request), { ...options, passing: PASSING, signal: request.signal }),
    close: () => session.close(),
  });
  return {
    model: aligner.model,
    open: async (request) => patient(await aligner.open(request)),
  };
}
