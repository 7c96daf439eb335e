import type { AnswerCounts, AnswerTimings, FinishReason, JsonEvent, PassReason } from '@stream-aligner/core';
import type { AnswerEvent, Problem } from './event.ts';
import type { Sentence, Verdict } from './sentence.ts';

type Of<Type extends JsonEvent['type']> = Extract<JsonEvent, { type: Type }>;

/** How an answer ended. `broken` and `stopped` are what the page saw; the others are the gateway's word. */
export type End =
  | { type: 'finished'; reason: FinishReason | null; cause: Of<'answer-finished'>['cause'] | null }
  | { type: 'failed'; error: { code: string; message: string } }
  | { type: 'aborted' }
  | { type: 'broken'; problem: Problem }
  | { type: 'stopped' };

/** A moment at which the upstream was started again, or failed. */
export type Incident = Of<'upstream-restarted' | 'upstream-failed'>;

/** Everything that is drawn of an answer, live or from a trace. */
export interface Drawing {
  sentences: readonly Sentence[];
  /** What the client has received. */
  sent: string;
  /** Length of the accepted text, which `sent` can lag behind by a few characters. */
  accepted: number;
  /** The draft whose verdict is waited for. */
  due: Of<'draft-seen'> | null;
  /** Why its verdict failed, until what becomes of it is known. */
  dueError: { code: string; message: string } | null;
  incidents: readonly Incident[];
  reasoning: string;
  /** Names and arguments of the tools that were called, by index. */
  toolCalls: readonly { name: string; arguments: string }[];
  /** The last event's time, in milliseconds from the start of the answer. */
  at: number;
  counts: AnswerCounts | null;
  timings: AnswerTimings | null;
  end: End | null;
}

export const BLANK: Drawing = {
  sentences: [],
  sent: '',
  accepted: 0,
  due: null,
  dueError: null,
  incidents: [],
  reasoning: '',
  toolCalls: [],
  at: 0,
  counts: null,
  timings: null,
  end: null,
};

/** Draws an answer from all of its events. */
export function drawAnswer(events: readonly AnswerEvent[]): Drawing {
  return events.reduce(draw, BLANK);
}

/** The drawing after one more event. What comes after the end changes nothing but the words for it. */
export function draw(drawing: Drawing, event: AnswerEvent): Drawing {
  const now = 'at' in event ? { ...drawing, at: event.at, sent: drawing.sent + event.sent } : drawing;
  switch (event.type) {
    case 'draft-seen':
      return { ...now, due: event, dueError: null };
    case 'sentence-kept':
    case 'sentence-rewritten':
      return withVerdict(now, event);
    case 'aligner-failed':
      return withFailure(now, event);
    case 'text-passed':
      return withPassed(now, event);
    case 'upstream-restarted':
    case 'upstream-failed':
      return { ...now, due: null, incidents: [...now.incidents, event] };
    case 'reasoning-delta':
      return { ...now, reasoning: now.reasoning + event.text };
    case 'tool-call-delta':
      return { ...now, toolCalls: withCall(now.toolCalls, event) };
    case 'answer-finished':
      return ended(now, { type: 'finished', reason: event.reason, cause: event.cause }, event);
    case 'answer-failed':
      return ended(now, { type: 'failed', error: event.error }, event);
    case 'answer-aborted':
      return ended(now, { type: 'aborted' }, event);
    case 'untraced-text': {
      const text = { ...now, sent: now.sent + event.text };
      return withText(text, event.text, 'untraced');
    }
    case 'stream-end':
      return ended(now, { type: 'finished', reason: null, cause: null });
    case 'broken':
      return ended(now, { type: 'broken', problem: event.problem });
    case 'stopped':
      return ended(now, { type: 'stopped' });
  }
}

function ended(drawing: Drawing, end: End, told?: Pick<Drawing, 'counts' | 'timings'>): Drawing {
  // The first end is the true one: a connection may still break, or be stopped, behind it.
  if (drawing.end) return drawing;
  const { due, dueError, at } = drawing;
  const whole = due && dueError ? withheld(drawing, due, { error: dueError, at }) : { ...drawing, due: null };
  return { ...whole, end, ...(told && { counts: told.counts, timings: told.timings }) };
}

/** The draft that an answer failed at is its last sentence, of which nothing was sent. */
function withheld(
  drawing: Drawing,
  { round, kind, lead, draft }: Of<'draft-seen'>,
  seen: Pick<Sentence, 'error' | 'at'>,
): Drawing {
  const nothing = { verdict: null, passed: null, waitedMs: 0 };
  return accept(drawing, { round, kind, lead, draft, ...nothing, ...seen }, 0);
}

function withVerdict(drawing: Drawing, event: Of<'sentence-kept' | 'sentence-rewritten'>): Drawing {
  const { round, kind, lead, draft, judgedInMs, by, cut = null, at } = event;
  const rewritten = event.type === 'sentence-rewritten';
  const text = rewritten ? event.text : draft;
  const verdict: Verdict = { type: rewritten ? 'rewritten' : 'kept', text, judgedInMs, by, cut };
  const shadowed = changeShadowed(drawing, round, (sentence) => ({ ...sentence, verdict }));
  if (shadowed) return shadowed;
  const length = text === '' ? 0 : lead.length + text.length;
  const sentence = { round, kind, lead, draft, verdict, error: null, passed: null, at };
  return accept(drawing, { ...sentence, waitedMs: waited(drawing, event) }, length);
}

/** A failure of reasoning's aligner (round 0) has no sentence here. */
function withFailure(drawing: Drawing, event: Of<'aligner-failed'>): Drawing {
  const { round, error } = event;
  if (round === 0) return drawing;
  const shadowed = changeShadowed(drawing, round, (sentence) => ({ ...sentence, error }));
  if (shadowed) return shadowed;
  const { policy: _policy, error: _error, ...seen } = event;
  return { ...drawing, due: drawing.due ?? { ...seen, type: 'draft-seen' }, dueError: error };
}

function withPassed(drawing: Drawing, { text, reason, at }: Of<'text-passed'>): Drawing {
  const { due, dueError } = drawing;
  if (due === null || (reason !== 'shadow' && reason !== 'policy')) return withText(drawing, text, reason);
  const { round, kind, lead, draft } = due;
  const waitedMs = reason === 'shadow' ? 0 : waited(drawing, { round, at });
  const sentence = { round, kind, lead, draft, verdict: null, error: dueError, passed: reason, at, waitedMs };
  return accept(drawing, sentence, text.length);
}

/** Adds text that is no sentence of a round; what passes for one reason is one stretch. */
function withText(drawing: Drawing, text: string, passed: PassReason | 'untraced'): Drawing {
  const last = drawing.sentences.at(-1);
  if (last?.round === null && last.passed === passed) {
    const longer = { ...last, draft: last.draft + text, to: last.to + text.length, at: drawing.at };
    const sentences = [...drawing.sentences.slice(0, -1), longer];
    return { ...drawing, sentences, accepted: longer.to };
  }
  const stretch = { round: null, kind: null, lead: '', draft: text, verdict: null, error: null };
  return accept(drawing, { ...stretch, passed, at: drawing.at, waitedMs: 0 }, text.length);
}

function accept(drawing: Drawing, sentence: Omit<Sentence, 'from' | 'to'>, length: number): Drawing {
  const from = drawing.accepted;
  const to = from + length;
  const sentences = [...drawing.sentences, { ...sentence, from, to }];
  return { ...drawing, sentences, accepted: to, due: null, dueError: null };
}

/** In shadow mode a sentence is out before the word on it comes; null when none of this round is. */
function changeShadowed(
  drawing: Drawing,
  round: number,
  change: (sentence: Sentence) => Sentence,
): Drawing | null {
  const at = drawing.sentences.findLastIndex((sentence) => sentence.round === round);
  const sentence = drawing.sentences[at];
  return sentence ? { ...drawing, sentences: drawing.sentences.with(at, change(sentence)) } : null;
}

function waited({ due }: Drawing, { round, at }: { round: number; at: number }): number {
  return due?.round === round ? at - due.at : 0;
}

function withCall(calls: Drawing['toolCalls'], { delta }: Of<'tool-call-delta'>): Drawing['toolCalls'] {
  const { index, function: { name = '', arguments: text = '' } = {} } = delta;
  // A server may name a huge index.
  const at = calls[index] ? index : calls.length;
  const call = calls[at] ?? { name: '', arguments: '' };
  const changed = { name: call.name + name, arguments: call.arguments + text };
  return at === calls.length ? [...calls, changed] : calls.with(at, changed);
}

/** What the client has received of a sentence, apart from the whitespace before it. */
export function shownText({ sent }: Drawing, { from, to, lead }: Sentence): { lead: string; text: string } {
  const whole = sent.slice(from, to);
  return { lead: whole.slice(0, lead.length), text: whole.slice(lead.length) };
}
