import type { JsonEvent, ToolCallDelta, Trace } from '@stream-aligner/core';
import { mapTexts } from './recording/messages-kept.ts';

/** What becomes of texts before they are written. */
export interface KeepOptions {
  /** `none`: only counts, kinds and timings are kept. */
  texts: 'full' | 'none';
  /** Regular expressions; what they find is replaced. */
  redact: readonly string[];
}

export interface Keeping {
  trace(trace: Trace): Trace;
  text(text: string): string;
}

/** As patterns of the configuration are read: by code points, so that none finds half a character. */
export const PATTERN_FLAGS = 'gu';

const REDACTED = '[redacted]';

/** Fields whose values are words of a protocol and not of people. */
const OF_THE_PROTOCOL = new Set(['role', 'type']);

/** How texts are kept, by the configuration. Each text is searched by itself: a pattern finds nothing across two. */
export function createKeeping({ texts, redact }: KeepOptions): Keeping {
  const patterns = redact.map((pattern) => new RegExp(pattern, PATTERN_FLAGS));
  const text =
    texts === 'none'
      ? () => ''
      : (said: string) =>
          patterns.reduce(
            // A pattern that finds the empty text finds it everywhere.
            (left, pattern) => left.replace(pattern, (found) => (found === '' ? '' : REDACTED)),
            said,
          );
  return {
    text,
    trace(trace) {
      if (texts === 'full' && patterns.length === 0) return trace;
      const inMessage = (said: string, field = '') => (OF_THE_PROTOCOL.has(field) ? said : text(said));
      return {
        ...trace,
        question: text(trace.question),
        answer: text(trace.answer),
        messages: texts === 'none' ? [] : (mapTexts(trace.messages, inMessage) as Trace['messages']),
        events: trace.events.map((event) => eventWith(event, text)),
      };
    },
  };
}

/** An event with all that users and models say in it changed. */
function eventWith(event: JsonEvent, text: (said: string) => string): JsonEvent {
  const changed = {
    ...event,
    sent: text(event.sent),
    ...('lead' in event && { lead: text(event.lead) }),
    ...('draft' in event && event.draft !== undefined && { draft: text(event.draft) }),
    ...('text' in event && { text: text(event.text) }),
    ...('delta' in event && { delta: deltaWith(event.delta, text) }),
  };
  return changed as JsonEvent;
}

function deltaWith(
  { function: called, ...delta }: ToolCallDelta,
  text: (said: string) => string,
): ToolCallDelta {
  if (called === undefined) return delta;
  const { name, arguments: written } = called;
  return {
    ...delta,
    function: {
      ...(name !== undefined && { name: text(name) }),
      ...(written !== undefined && { arguments: text(written) }),
    },
  };
}
