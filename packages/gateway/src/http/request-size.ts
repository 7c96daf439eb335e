import { StreamAlignerError } from '@stream-aligner/core';

/** OpenAI takes 2,048 messages. */
const MOST_MESSAGES = 2_048;
const MOST_PARTS = 8_192;
/** Longer than any name that a configuration would give; an unknown one is compared with all of them. */
const LONGEST_NAME = 256;
/** Text that may begin a stop string is held back, and compared with it again and again. */
const LONGEST_STOP = 1_024;

/**
 * Refuses more messages or parts, and longer names, than anybody means, before they are checked one by one. Says nothing
 * about anything else that may be wrong. Throws `invalid-request`.
 */
export function refuseEndlessRequest(body: unknown): void {
  if (!isObject(body)) return;
  const { model, stop } = body;
  if (typeof model === 'string' && model.length > LONGEST_NAME)
    throw refusal('model', `model: a name has at most ${LONGEST_NAME} characters.`);
  const stops: unknown[] = Array.isArray(stop) ? stop : [stop];
  if (stops.some((text) => typeof text === 'string' && text.length > LONGEST_STOP))
    throw refusal('stop', `stop: a stop string has at most ${LONGEST_STOP} characters.`);
  for (const name of ['messages', 'input'] as const) {
    const list = body[name];
    if (!Array.isArray(list)) continue;
    if (list.length > MOST_MESSAGES)
      throw refusal(name, `${name}: at most ${MOST_MESSAGES} are taken in one request.`);
    const parts = list.reduce<number>((sum, entry) => sum + partsOf(entry), 0);
    if (parts > MOST_PARTS)
      throw refusal(name, `${name}: at most ${MOST_PARTS} content parts are taken in one request.`);
  }
}

function partsOf(entry: unknown): number {
  const lists = isObject(entry) ? [entry['content'], entry['output']] : [];
  return lists.reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function refusal(param: string, message: string): StreamAlignerError {
  return new StreamAlignerError('invalid-request', message, { details: { param } });
}
