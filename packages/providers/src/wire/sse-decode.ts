import { createParser } from 'eventsource-parser';

/** One server-sent event. `event` is absent when the server did not name one. */
export interface SseEvent {
  event?: string;
  data: string;
}

/** Turns bytes into server-sent events, however they are cut. */
export interface SseDecoder {
  /** Takes the next bytes; gives the events they complete. Comments give none. */
  push(bytes: Uint8Array): SseEvent[];
}

/**
 * Creates a decoder. `push` throws a `RangeError` at an event longer than `maxEventLength` characters (default 4 Mi).
 * What is left undecided when the bytes end is not an event: a server that means it ends it with a blank line.
 */
export function createSseDecoder({ maxEventLength = 4 * 1024 * 1024 } = {}): SseDecoder {
  const text = new TextDecoder();
  let events: SseEvent[] = [];
  let overflown = false;
  const parser = createParser({
    maxBufferSize: maxEventLength,
    onEvent: ({ event, data }) => events.push(event === undefined ? { data } : { event, data }),
    onError: (error) => {
      overflown ||= error.type === 'max-buffer-size-exceeded';
    },
  });
  return {
    push(bytes) {
      events = [];
      parser.feed(text.decode(bytes, { stream: true }));
      if (overflown) {
        throw new RangeError(`An event holds more than ${maxEventLength} characters.`);
      }
      return events;
    },
  };
}
