/** The last event of a finished stream in OpenAI's API. A failed stream must not send it. */
export const SSE_DONE = 'data: [DONE]\n\n';

/**
 * One server-sent event as text. Every line of `data` gets its own `data:` field, so that line breaks of any kind
 * arrive as `\n` and can never start a field. Throws a `RangeError` when `event` holds a line break.
 */
export function encodeSse(data: string, event?: string): string {
  if (event !== undefined && /[\r\n]/.test(event)) throw new RangeError('An event name holds a line break.');
  const name = event === undefined ? '' : `event: ${event}\n`;
  return `${name}${data
    .split(/\r\n|\r|\n/)
    .map((line) => `data: ${line}\n`)
    .join('')}\n`;
}

/** A value as one event: JSON never holds a raw line break, so it is always one `data:` line. */
export function encodeSseJson(value: unknown, event?: string): string {
  return encodeSse(JSON.stringify(value), event);
}

/** A comment, which clients ignore: keeps a quiet connection open. */
export function encodeSseComment(text = ''): string {
  return `: ${text.replace(/[\r\n]+/g, ' ')}\n\n`;
}
