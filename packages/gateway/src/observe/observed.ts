import type { AlignEvent, Aligner, AnswerTimings, Clock, Upstream } from '@stream-aligner/core';
import type { AnswerRequest } from '../answer/read-request.ts';
import { describeEnd, type EndEvent, startAnswerSpan } from './answer-span.ts';
import { levelOf, type Log, loggedError } from './log.ts';
import type { Metrics, Outcome } from './metrics.ts';
import { verdictOf, watchRounds } from './rounds.ts';
import { stepsWithin } from './spans.ts';
import { countWaiting } from './waiting.ts';

export interface ObserveOptions {
  asked: AnswerRequest;
  /** The request's. */
  headers: Headers;
  requestId: string;
  metrics: Metrics;
  log: Log;
  clock: Clock;
}

const outcomes = {
  'answer-finished': 'finished',
  'answer-failed': 'failed',
  'answer-aborted': 'aborted',
} as const satisfies Record<string, Outcome>;

/**
 * Has an answer made by models that are watched, passes its events on, and puts what they say into metrics, a log line
 * and spans.
 */
export async function* observed(
  answer: (models: { upstream: Upstream; aligner: Aligner }) => AsyncIterable<AlignEvent>,
  { asked, headers, requestId, metrics, log, clock }: ObserveOptions,
): AsyncGenerator<AlignEvent, void, undefined> {
  const { recipe, stream } = asked;
  const model = recipe.name;
  const shadow = asked.options.mode === 'shadow';
  const { span, within } = startAnswerSpan(asked, { headers, requestId });
  const rounds = watchRounds({
    aligner: countWaiting(recipe.aligner, metrics.waiting.labels({ party: 'aligner' })),
    clock,
    within,
  });
  const upstream = countWaiting(recipe.upstream, metrics.waiting.labels({ party: 'upstream' }));
  const sentGap = metrics.sentGap.labels({ model });
  let last: AlignEvent | undefined;
  let lastSent: number | undefined;
  let alignerFailure: unknown;
  metrics.active.inc();
  try {
    for await (const event of stepsWithin(within, answer({ upstream, aligner: rounds.aligner }))) {
      last = event;
      note(event);
      yield event;
    }
  } finally {
    metrics.active.dec();
    const outcome = last && last.type in outcomes ? outcomes[last.type as keyof typeof outcomes] : 'aborted';
    metrics.requests.inc({ model, outcome });
    rounds.drop();
    if (last && 'counts' in last) report(last);
    span.end();
  }

  function note(event: AlignEvent) {
    if (event.sent !== '') {
      if (lastSent !== undefined) sentGap.observe((event.at - lastSent) / 1000);
      lastSent = event.at;
    }
    noteVerdict(event);
    if (event.type === 'upstream-restarted' && !shadow) rounds.drop();
    if (event.type === 'upstream-failed') {
      const { upstream, waitMs, error } = event;
      metrics.failures.inc({ model, party: 'upstream', code: error.code });
      log.warn({ requestId, model, upstream, waitMs, error: loggedError(error) }, 'upstream failed');
    }
    if (event.type === 'aligner-failed') {
      alignerFailure = event.error;
      metrics.failures.inc({ model, party: 'aligner', code: event.error.code });
      log.warn({ requestId, model, round: event.round, error: loggedError(event.error) }, 'aligner failed');
    }
  }

  function noteVerdict(event: AlignEvent) {
    const heldMs = rounds.decide(event);
    const verdict = verdictOf(event);
    if ('judgedInMs' in event) metrics.judging.observe({ model, by: event.by }, event.judgedInMs / 1000);
    // In shadow mode the sentence has gone out long ago; one that fails the answer never will.
    const isSent = !shadow && !(event.type === 'aligner-failed' && event.policy === 'block');
    if (verdict && heldMs !== undefined && isSent) metrics.hold.observe({ model, verdict }, heldMs / 1000);
  }

  function report(end: EndEvent) {
    const { counts, timings } = end;
    metrics.count(model, counts);
    observeFirstText(timings);
    describeEnd(span, end);
    const cause = end.type === 'answer-finished' ? { reason: end.reason, cause: end.cause } : {};
    const line = { requestId, model, stream, ms: Math.round(end.at), ...cause, ...counts, ...timings };
    if (end.type === 'answer-finished') metrics.endings.inc({ model, cause: end.cause });
    if (end.type !== 'answer-failed') {
      log.info(line, end.type === 'answer-finished' ? 'answer finished' : 'answer aborted');
      return;
    }
    const { code } = end.error;
    // What the aligner failed with has been counted as its failure already.
    if (end.error !== alignerFailure) metrics.failures.inc({ model, party: partyOf(code), code });
    log[levelOf(end.error)]({ ...line, error: loggedError(end.error) }, 'answer failed');
  }

  function observeFirstText({ firstUpstreamText, firstSentText }: AnswerTimings) {
    if (firstUpstreamText !== null)
      metrics.firstText.observe({ model, side: 'upstream' }, firstUpstreamText / 1000);
    if (firstSentText !== null) metrics.firstText.observe({ model, side: 'sent' }, firstSentText / 1000);
  }
}

/** Whose fault it is that an answer failed, as far as the error's code tells. */
function partyOf(code: string): 'upstream' | 'aligner' | 'answer' {
  if (code.startsWith('upstream-')) return 'upstream';
  return code.startsWith('aligner-') ? 'aligner' : 'answer';
}
