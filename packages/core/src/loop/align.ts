import type { AlignerSession } from '../aligner.ts';
import { StreamAlignerError } from '../errors.ts';
import type { AlignEvent, AnswerCounts, AnswerTimings, EndCause } from '../events.ts';
import type { FinishReason, UpstreamSession } from '../upstream.ts';
import { runAnswer } from './answer.ts';
import { type AlignOptions, type ResolvedOptions, resolveOptions } from './options.ts';
import { type Limit, within } from './race.ts';

/**
 * Streams one aligned answer as events. Each sentence of the upstream goes through the aligner before its text is sent;
 * a rewrite makes the upstream continue from the rewritten text.
 *
 * The stream always ends with `answer-finished`, `answer-failed` or `answer-aborted` and does not throw once it has
 * begun. Leaving it early, or aborting `signal`, stops both models at once.
 *
 * @throws StreamAlignerError `invalid-request` at once, for options that cannot be meant.
 */
export function alignStream(options: AlignOptions): AsyncGenerator<AlignEvent, void, undefined> {
  return openAndRun(resolveOptions(options));
}

/** A whole aligned answer. */
export interface AlignResult {
  text: string;
  reason: FinishReason;
  cause: EndCause;
  counts: AnswerCounts;
  timings: AnswerTimings;
  events: AlignEvent[];
}

/**
 * One aligned answer, whole: exactly the collected stream of {@link alignStream}.
 *
 * @throws StreamAlignerError what `answer-failed` carried, or `closed` when the signal ended the answer.
 */
export async function align(options: AlignOptions): Promise<AlignResult> {
  const events: AlignEvent[] = [];
  let text = '';
  for await (const event of alignStream(options)) {
    events.push(event);
    text += event.sent;
  }
  const last = events.at(-1);
  if (last?.type === 'answer-finished') {
    const { reason, cause, counts, timings } = last;
    return { text, reason, cause, counts, timings, events };
  }
  if (last?.type === 'answer-failed') throw last.error;
  throw new StreamAlignerError('closed', 'The answer was aborted by its caller.');
}

async function* openAndRun(options: ResolvedOptions): AsyncGenerator<AlignEvent, void, undefined> {
  const { clock, deadlines } = options;
  const over = new AbortController();
  const cancelDeadline = clock.after(deadlines.answer, () =>
    over.abort(
      new StreamAlignerError('deadline', `The answer took longer than ${deadlines.answer} ms.`, {
        details: { ms: deadlines.answer },
      }),
    ),
  );
  const signal = AbortSignal.any([options.signal, over.signal]);
  const opening = openBoth(options, signal);
  try {
    yield* runAnswer({
      options: { ...options, signal },
      opening,
      leftByCaller: () => options.signal.aborted,
    });
  } finally {
    cancelDeadline();
    over.abort(new StreamAlignerError('closed', 'The answer is over.'));
    await closeBoth(opening);
  }
}

type Opening = [Promise<UpstreamSession>, Promise<AlignerSession>];

/** In the place of an aligner that is never asked, so that a raw answer takes no lease on one. */
const noAligner: AlignerSession = {
  correct: () => Promise.reject(new StreamAlignerError('internal', 'A raw answer asked for a correction.')),
  close: () => Promise.resolve(),
};

/** Opens both models at once: an answer takes both leases or waits for both. */
function openBoth(options: ResolvedOptions, signal: AbortSignal): Opening {
  const { upstream, aligner, messages, params, rounds, clock, deadlines } = options;
  const asked = [...messages];
  const half = new AbortController();
  const either = AbortSignal.any([signal, half.signal]);
  const limit = { clock, ms: deadlines.open, signal: either };
  const opening: Opening = [
    opened(upstream.open({ messages: asked, params, signal: either }), {
      ...limit,
      what: 'Opening the upstream',
    }),
    rounds === 0
      ? Promise.resolve(noAligner)
      : opened(aligner.open({ messages: asked, signal: either }), { ...limit, what: 'Opening the aligner' }),
  ];
  // One that fails calls the other off, so that neither waits for a lease that nobody will use.
  for (const side of opening) side.catch((error: unknown) => half.abort(error));
  return opening;
}

/** Awaits a session; one that comes after it was given up is closed. */
async function opened<T extends { close(): Promise<void> }>(opening: Promise<T>, limit: Limit): Promise<T> {
  try {
    return await within(opening, limit);
  } catch (error) {
    opening.then((late) => late.close()).catch(() => {});
    throw error;
  }
}

async function closeBoth(opening: Opening): Promise<void> {
  await Promise.all(
    opening.map(async (side) => {
      const session = await side.catch(() => null);
      await session?.close();
    }),
  );
}
