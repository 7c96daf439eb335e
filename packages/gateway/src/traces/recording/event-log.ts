import {
  type AlignEvent,
  type AnswerCounts,
  estimateTokens,
  type JsonEvent,
  jsonEvent,
} from '@stream-aligner/core';
import type { EndEvent, RecordedAnswer } from '../recorded-answer.ts';
import { LONGEST_TEXT } from './messages-kept.ts';

/** More events than any answer of ordinary length has; those beyond are left out, and counted. */
const MOST_EVENTS = 4_096;
/** Code units of all that the events of one answer say. */
const MOST_CHARACTERS = 1_000_000;

/** The events of one answer as they are kept: bounded, and without the many small pieces that text comes in. */
export interface EventLog {
  add(event: AlignEvent): void;
  /** What the answer came to. One that ended without saying so was left by its client. */
  finish(): {
    seen: Pick<RecordedAnswer, 'events' | 'end' | 'answer'>;
    cut: { characters: number; events: number };
    /** About how much `seen` holds, in code units. */
    size: number;
  };
}

export function createEventLog(): EventLog {
  const events: JsonEvent[] = [];
  const cut = { characters: 0, events: 0 };
  let end: EndEvent | undefined;
  let answer = '';
  let size = 0;
  let at = 0;

  function keep(event: JsonEvent): void {
    const last = events.at(-1);
    const joined = last && joinedWith(last, event);
    size += sizeOf(event);
    if (size > MOST_CHARACTERS || (!joined && events.length >= MOST_EVENTS)) cut.events += 1;
    else if (joined) events[events.length - 1] = joined;
    else events.push(event);
  }

  return {
    add(event) {
      at = event.at;
      const room = LONGEST_TEXT - answer.length;
      answer += event.sent.slice(0, room);
      cut.characters += Math.max(0, event.sent.length - room);
      const kept = jsonEvent(event);
      if ('counts' in kept) end = kept;
      else keep(kept);
    },
    finish: () => ({
      seen: { events, answer, end: end ?? aborted({ events, answer, at }) },
      cut,
      size: Math.min(size, MOST_CHARACTERS) + answer.length,
    }),
  };
}

/**
 * Two events as one, where the second only goes on with the first: text that nobody judged, reasoning and arguments of
 * tools come in pieces of a few letters, in which no pattern would find what it is to redact.
 */
function joinedWith(last: JsonEvent, next: JsonEvent): JsonEvent | null {
  const sent = last.sent + next.sent;
  if (last.type === 'text-passed' && next.type === 'text-passed')
    return last.reason === next.reason && isFree(last.reason)
      ? { ...last, text: last.text + next.text, sent }
      : null;
  if (last.type === 'reasoning-delta' && next.type === 'reasoning-delta')
    return last.draft === undefined && next.draft === undefined
      ? { ...last, text: last.text + next.text, sent }
      : null;
  if (last.type === 'tool-call-delta' && next.type === 'tool-call-delta') {
    const { delta } = last;
    const { index, id, function: more } = next.delta;
    if (index !== delta.index || (id !== undefined && id !== delta.id) || more?.name !== undefined)
      return null;
    const written = (delta.function?.arguments ?? '') + (more?.arguments ?? '');
    return { ...last, delta: { ...delta, function: { ...delta.function, arguments: written } }, sent };
  }
  return null;
}

/** Whether text of this kind may come in pieces that are no sentences. Sentences of rounds stay apart. */
function isFree(reason: Extract<JsonEvent, { type: 'text-passed' }>['reason']): boolean {
  return reason !== 'shadow' && reason !== 'policy';
}

function sizeOf(event: JsonEvent): number {
  let size = event.sent.length;
  if ('text' in event) size += event.text.length;
  if ('draft' in event) size += event.draft?.length ?? 0;
  if ('lead' in event) size += event.lead.length;
  if ('delta' in event) size += event.delta.function?.arguments?.length ?? 0;
  return size;
}

/** The end of an answer that was left before it said anything of its own end; counted by what was seen of it. */
function aborted({
  events,
  answer,
  at,
}: {
  events: readonly JsonEvent[];
  answer: string;
  at: number;
}): EndEvent {
  const number = (type: JsonEvent['type']) => events.filter((event) => event.type === type).length;
  const counts: AnswerCounts = {
    kept: number('sentence-kept'),
    rewritten: number('sentence-rewritten'),
    failed: number('aligner-failed'),
    restarts: number('upstream-restarted'),
    recoveries: events.filter((event) => event.type === 'upstream-restarted' && event.reason === 'recovery')
      .length,
    sentTokens: estimateTokens(answer),
    discardedTokens: 0,
    alignerPromptTokens: 0,
    alignerCompletionTokens: 0,
    promptTokens: null,
    estimated: true,
  };
  const firstSentText = events.find(({ sent }) => sent !== '')?.at ?? null;
  return {
    type: 'answer-aborted',
    at,
    sent: '',
    counts,
    timings: { firstUpstreamText: null, firstSentText },
  };
}
