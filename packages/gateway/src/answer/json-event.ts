import type { AlignEvent } from '@stream-aligner/core';

/** An event as JSON: the same fields, with errors reduced to their code and message. */
export type JsonEvent = Omit<AlignEvent, 'error'> & { error?: { code: string; message: string } };

export function jsonEvent(event: AlignEvent): JsonEvent {
  if (!('error' in event)) return event;
  const { code, message } = event.error;
  return { ...event, error: { code, message } };
}
