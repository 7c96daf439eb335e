import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import type { AlignEvent, UpstreamEvent } from '@stream-aligner/core';

/**
 * Carries stream parts that core does not read through the correction loop, so that each takes effect in its place among
 * the sentences, or never, if a sentence before it is rewritten. The loop hands on tool calls and reasoning unread, and
 * here they are tickets: a part of a tool call ends sentence handling, any other does not.
 */
export interface Carrier {
  carry(part: LanguageModelV4StreamPart, as: 'tool-call' | 'aside'): UpstreamEvent;
  /** The part that an event of the loop carries, or null. */
  carriedBy(event: AlignEvent): LanguageModelV4StreamPart | null;
}

export function createCarrier(): Carrier {
  const parts: LanguageModelV4StreamPart[] = [];
  return {
    carry(part, as) {
      const ticket = parts.push(part) - 1;
      return as === 'tool-call'
        ? { type: 'tool-call-delta', delta: { index: ticket } }
        : { type: 'reasoning-delta', text: String(ticket) };
    },
    carriedBy(event) {
      if (event.type === 'tool-call-delta') return parts[event.delta.index] ?? null;
      return event.type === 'reasoning-delta' ? (parts[Number(event.text)] ?? null) : null;
    },
  };
}
