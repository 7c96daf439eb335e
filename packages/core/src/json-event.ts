import type { AlignEvent } from './events.ts';

/** An event as JSON: the same fields, with errors reduced to their code and message. */
export type JsonEvent = AlignEvent extends infer Event
  ? Event extends { error: unknown }
    ? Omit<Event, 'error'> & { error: { code: string; message: string } }
    : Event
  : never;

export function jsonEvent(event: AlignEvent): JsonEvent {
  if (!('error' in event)) return event;
  const { code, message } = event.error;
  return { ...event, error: { code, message } };
}

/** What became of a sentence that an aligner was asked about. */
export type JudgedEvent = Extract<
  JsonEvent,
  { type: 'sentence-kept' | 'sentence-rewritten' | 'aligner-failed' }
>;

export function isJudged(event: JsonEvent): event is JudgedEvent {
  const { type } = event;
  return type === 'sentence-kept' || type === 'sentence-rewritten' || type === 'aligner-failed';
}
