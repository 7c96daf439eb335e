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
