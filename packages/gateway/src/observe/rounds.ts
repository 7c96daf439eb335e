import { type Context, context, type Span, trace } from '@opentelemetry/api';
import type { AlignEvent, Aligner, AlignerSession, Clock, CorrectionRequest } from '@stream-aligner/core';
import { failSpan, tracer } from './spans.ts';

/** The rounds of one answer that are under way: each lasts from the aligner being asked to the draft being decided. */
export interface Rounds {
  /** The aligner of the answer; what is asked of it begins a round. */
  readonly aligner: Aligner;
  /** Takes an event of the answer. Gives how long the draft that it decides was held back, in milliseconds. */
  decide(event: AlignEvent): number | undefined;
  /** Ends the rounds whose drafts are not wanted any more. */
  drop(): void;
}

interface Round {
  draft: string;
  prefixLength: number;
  /** When its draft was complete. It may come due later. */
  since: number;
  span: Span;
}

export function watchRounds({
  aligner,
  clock,
  within,
}: {
  aligner: Aligner;
  clock: Clock;
  /** Of the answer. */
  within: Context;
}): Rounds {
  const open: Round[] = [];

  function roundOf({ draft, prefix: { length: prefixLength } }: CorrectionRequest): Round {
    const askedAgain = open.find((round) => round.draft === draft && round.prefixLength === prefixLength);
    if (askedAgain) return askedAgain;
    const span = tracer().startSpan('round', {}, within);
    const round = { draft, prefixLength, since: clock.now(), span };
    open.push(round);
    return round;
  }

  function end(round: Round, verdict: string): void {
    open.splice(open.indexOf(round), 1);
    round.span.setAttribute('stream_aligner.verdict', verdict);
    round.span.end();
  }

  return {
    aligner: {
      ...aligner,
      async open(request) {
        const session = await aligner.open(request);
        const correct: AlignerSession['correct'] = (asked) =>
          context.with(trace.setSpan(within, roundOf(asked).span), () => session.correct(asked));
        return Object.create(session, { correct: { value: correct } }) as AlignerSession;
      },
    },
    decide(event) {
      const draft = decidedDraft(event);
      const round = open.find((one) => one.draft === draft);
      if (!round) return undefined;
      if ('round' in event) round.span.setAttribute('stream_aligner.round', event.round);
      if (event.type === 'aligner-failed') failSpan(round.span, event.error);
      end(round, verdictOf(event) ?? 'reasoning');
      return clock.now() - round.since;
    },
    drop() {
      for (const round of [...open]) end(round, 'dropped');
    },
  };
}

const verdicts: Partial<Record<AlignEvent['type'], 'kept' | 'rewritten' | 'failed'>> = {
  'sentence-kept': 'kept',
  'sentence-rewritten': 'rewritten',
  'aligner-failed': 'failed',
};

/** What became of a sentence, if that is what an event tells. */
export function verdictOf({ type }: AlignEvent) {
  return verdicts[type];
}

function decidedDraft(event: AlignEvent): string | undefined {
  if (event.type === 'reasoning-delta') return (event.draft ?? event.text).trimStart();
  return verdictOf(event) && 'draft' in event ? event.draft : undefined;
}
