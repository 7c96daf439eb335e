import type { AlignerSession, Correction } from '../aligner.ts';
import { StreamAlignerError } from '../errors.ts';
import type { SegmentKind } from '../segmenter/segment.ts';
import { structureFault } from './guards.ts';
import type { ResolvedOptions } from './options.ts';
import { within } from './race.ts';

/** What became of one draft: a correction that passed the guards, or an error. */
export type Verdict =
  { correction: Correction; judgedInMs: number } | { error: StreamAlignerError; judgedInMs: number };

export interface JudgeRequest {
  prefix: string;
  draft: string;
  kind: SegmentKind;
  /** Aborts the judging when its draft is no longer wanted. */
  signal: AbortSignal;
}

/** Asks the aligner for one draft's correction, again after a failure if the options say so. Never rejects. */
export async function judge(
  session: AlignerSession,
  request: JudgeRequest,
  options: Pick<ResolvedOptions, 'clock' | 'deadlines' | 'retries' | 'allowDelete' | 'protect'>,
): Promise<Verdict> {
  const began = options.clock.now();
  for (let attempt = 0; ; attempt += 1) {
    try {
      const correction = await correct(session, request, options);
      return { correction, judgedInMs: options.clock.now() - began };
    } catch (error) {
      if (attempt < options.retries && !request.signal.aborted) continue;
      return { error: asAlignerError(error), judgedInMs: options.clock.now() - began };
    }
  }
}

async function correct(
  session: AlignerSession,
  request: JudgeRequest,
  {
    clock,
    deadlines,
    allowDelete,
    protect,
  }: Pick<ResolvedOptions, 'clock' | 'deadlines' | 'allowDelete' | 'protect'>,
): Promise<Correction> {
  // An attempt that runs into its deadline is called off; the others of the answer go on.
  const attempt = new AbortController();
  const signal = AbortSignal.any([request.signal, attempt.signal]);
  try {
    const correction = await within(session.correct({ ...request, signal }), {
      clock,
      ms: deadlines.correction,
      signal,
      what: "The aligner's verdict",
    });
    return guard(correction, request, { allowDelete, protect });
  } catch (error) {
    // The reason tells whoever still waits whether it was waited for too long.
    attempt.abort(error);
    throw error;
  } finally {
    attempt.abort();
  }
}

/** Believes a correction only if it has a rewrite's shape; the prefix never ends in whitespace, so rewrites do not. */
function guard(
  correction: Correction,
  { draft, kind }: JudgeRequest,
  { allowDelete, protect }: Pick<ResolvedOptions, 'allowDelete' | 'protect'>,
): Correction {
  if (correction.text === draft) return correction;
  const text = correction.text.trim();
  if (text === '' && !allowDelete)
    throw new StreamAlignerError(
      'aligner-failed',
      'The aligner gave an empty rewrite. Set allowDelete if it may delete sentences.',
    );
  const fault = structureFault({ kind, draft, text, protect });
  if (fault) throw new StreamAlignerError('aligner-failed', `The aligner's rewrite was refused: ${fault}.`);
  return { ...correction, text };
}

function asAlignerError(error: unknown): StreamAlignerError {
  // A sentence that does not fit the aligner is its failure; the caller's own request may be short enough.
  if (StreamAlignerError.isInstance(error) && error.code !== 'context-overflow') return error;
  return new StreamAlignerError('aligner-failed', 'The aligner failed to judge a sentence.', {
    cause: error,
  });
}
