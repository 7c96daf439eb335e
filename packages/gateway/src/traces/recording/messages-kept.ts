import type { ChatMessage } from '@stream-aligner/core';

/** Longest text of a trace, in code units. */
export const LONGEST_TEXT = 200_000;
/** Code units of all messages of a trace; the last ones are kept. */
const MOST_CHARACTERS = 500_000;
/** An image within a message tells a reader nothing but that it was there. */
const LONGEST_DATA_URL = 64;

/** The messages of a request as a trace keeps them: the last ones, with what is too long cut at its end. */
export function messagesKept(messages: readonly ChatMessage[]): {
  messages: ChatMessage[];
  /** Code units left out. */
  left: number;
  /** Code units kept. */
  size: number;
} {
  const kept: ChatMessage[] = [];
  let left = 0;
  let size = 0;
  const shorten = (text: string) => {
    const most = text.startsWith('data:') ? LONGEST_DATA_URL : LONGEST_TEXT;
    left += Math.max(0, text.length - most);
    size += Math.min(text.length, most);
    return text.slice(0, most);
  };
  for (const message of messages.toReversed()) {
    const before = size;
    const shortened = mapTexts(message, shorten) as ChatMessage;
    if (size <= MOST_CHARACTERS) {
      kept.unshift(shortened);
      continue;
    }
    left += size - before;
    size = before;
  }
  return { messages: kept, left, size };
}

/** JSON with every text in it changed, names of fields aside. */
export function mapTexts(
  value: unknown,
  change: (text: string, field?: string) => string,
  field?: string,
): unknown {
  if (typeof value === 'string') return change(value, field);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change, field));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, mapTexts(inner, change, name)]),
  );
}
