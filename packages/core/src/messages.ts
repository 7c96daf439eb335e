/** One part of a message's content, in the form of OpenAI's chat API. Parts other than text go upstream as they are. */
export type ContentPart = { type: 'text'; text: string } | { type: string; [key: string]: unknown };

/** One turn of a conversation. Fields this project does not read travel with it untouched. */
export interface ChatMessage {
  role: 'system' | 'developer' | 'user' | 'assistant' | 'tool';
  content: string | ContentPart[] | null;
  [key: string]: unknown;
}

/** The text of a message: its string content, or its text parts joined by newlines. Images and the like give none. */
export function textOf(message: ChatMessage): string {
  const { content } = message;
  if (content === null) return '';
  if (typeof content === 'string') return content;
  return content.flatMap((part) => (isTextPart(part) ? [part.text] : [])).join('\n');
}

function isTextPart(part: ContentPart): part is { type: 'text'; text: string } {
  return part.type === 'text' && typeof part['text'] === 'string';
}

/**
 * A conversation without the beginning of its answer: a trailing assistant message is the answer's first prefix, unless
 * it calls tools, which cannot be continued.
 */
export function splitFirstPrefix(messages: readonly ChatMessage[]): {
  asked: readonly ChatMessage[];
  firstPrefix: string;
} {
  const last = messages.at(-1);
  if (last?.role !== 'assistant' || last['tool_calls'] !== undefined)
    return { asked: messages, firstPrefix: '' };
  return { asked: messages.slice(0, -1), firstPrefix: textOf(last) };
}
