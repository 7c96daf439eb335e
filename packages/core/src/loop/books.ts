import type { AlignerUsage } from '../aligner.ts';
import type { Clock } from '../clock.ts';
import type { AlignEvent, AnswerCounts, AnswerTimings } from '../events.ts';

type WithoutStamp<T> = T extends AlignEvent ? Omit<T, 'at' | 'sent'> & { sent?: string } : never;

/** Stamps the events of one answer and keeps its counts. */
export interface Books {
  counts: AnswerCounts;
  timings: AnswerTimings;
  event(event: WithoutStamp<AlignEvent>): AlignEvent;
  countAligner(usage: AlignerUsage | undefined): void;
  noteFirstUpstreamText(): void;
}

export function createBooks({ clock, estimated }: { clock: Clock; estimated: boolean }): Books {
  const began = clock.now();
  const counts: AnswerCounts = {
    kept: 0,
    rewritten: 0,
    failed: 0,
    restarts: 0,
    recoveries: 0,
    sentTokens: 0,
    discardedTokens: 0,
    alignerPromptTokens: 0,
    alignerCompletionTokens: 0,
    promptTokens: null,
    estimated,
  };
  const timings: AnswerTimings = { firstUpstreamText: null, firstSentText: null };
  const now = () => clock.now() - began;
  return {
    counts,
    timings,
    event(event) {
      const at = now();
      const { sent = '' } = event;
      if (sent !== '') timings.firstSentText ??= at;
      return { ...event, sent, at } as AlignEvent;
    },
    countAligner(usage) {
      counts.alignerPromptTokens += usage?.promptTokens ?? 0;
      counts.alignerCompletionTokens += usage?.completionTokens ?? 0;
    },
    noteFirstUpstreamText() {
      timings.firstUpstreamText ??= now();
    },
  };
}
