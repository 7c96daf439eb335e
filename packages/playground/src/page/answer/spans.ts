import type { Drawing, Incident } from './draw.ts';
import { type Mark, markOf } from './sentence.ts';

/** A stretch of time, in milliseconds from the start of the answer. */
export interface Span {
  from: number;
  to: number;
}

/** What a timeline shows. */
export interface Timeline {
  /** Where it ends, in milliseconds. */
  totalMs: number;
  /** The upstream at work, cut at every restart. */
  writing: readonly Span[];
  /** Each verdict; it ends when its sentence was accepted, at the latest moment at which the verdict was there. */
  judging: readonly (Span & { round: number; mark: Mark })[];
  incidents: readonly Incident[];
  judgedMs: number;
  /** How long the answer waited for verdicts. */
  waitedMs: number;
  /** Judging that ran while the upstream wrote on: what speculation saved. */
  savedMs: number;
  /** When the first text reached the client; null while none has. */
  firstSentMs: number | null;
}

/** Puts an answer's events on one line of time. */
export function timelineOf(drawing: Drawing): Timeline {
  const { sentences, incidents, timings } = drawing;
  const totalMs = Math.max(drawing.at, 1);
  const began = timings?.firstUpstreamText ?? 0;
  const cuts = [began, ...incidents.map(({ at }) => at), totalMs];
  const writing = cuts
    .slice(1)
    .map((to, index) => ({ from: cuts[index] ?? 0, to, ended: incidents[index - 1]?.type }))
    // Between a failure and the restart behind it nobody writes.
    .filter(({ from, to, ended }) => to > from && ended !== 'upstream-failed')
    .map(({ from, to }) => ({ from, to }));
  const judged = sentences.flatMap((sentence) => {
    const { round, verdict, at } = sentence;
    if (round === null || !verdict) return [];
    return [{ round, mark: markOf(sentence), from: Math.max(0, at - verdict.judgedInMs), to: at }];
  });
  const judgedMs = sum(sentences.map(({ verdict }) => verdict?.judgedInMs ?? 0));
  const waitedMs = sum(sentences.map((sentence) => sentence.waitedMs));
  const first = sentences.find(({ from, to }) => to > from);
  return {
    totalMs,
    writing,
    judging: judged,
    incidents,
    judgedMs,
    waitedMs,
    savedMs: Math.max(0, judgedMs - waitedMs),
    firstSentMs: timings ? timings.firstSentText : (first?.at ?? null),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
