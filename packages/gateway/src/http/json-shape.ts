import { StreamAlignerError } from '@stream-aligner/core';

/** Far beyond any real request, and far below what hurts: parsing five million open brackets takes seconds. */
const MOST_LEVELS = 64;
const MOST_VALUES = 200_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN = new Set([0x5b, 0x7b]);
const CLOSE = new Set([0x5d, 0x7d]);

/**
 * Refuses JSON that is nested too deeply, or holds too many values, before it is parsed. Says nothing about text that is
 * no JSON. Throws `invalid-request`.
 */
export function refuseOddShape(json: Buffer): void {
  let levels = 0;
  let values = 0;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at] ?? 0;
    if (byte === QUOTE) at = endOfString(json, at);
    else if (OPEN.has(byte)) {
      levels += 1;
      values += 1;
    } else if (CLOSE.has(byte)) levels -= 1;
    else if (byte === COMMA) values += 1;
    if (levels > MOST_LEVELS)
      throw refusal(`is nested more than ${MOST_LEVELS} levels deep`, 'request_too_deep');
    if (values > MOST_VALUES) throw refusal(`holds more than ${MOST_VALUES} values`, 'request_too_large');
  }
}

/** Where the string that begins at `start` ends; the end of the bytes when it does not. */
function endOfString(json: Buffer, start: number): number {
  for (let quote = json.indexOf(QUOTE, start + 1); quote >= 0; quote = json.indexOf(QUOTE, quote + 1)) {
    let backslashes = 0;
    while (json[quote - 1 - backslashes] === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return quote;
  }
  return json.length;
}

function refusal(what: string, code: string): StreamAlignerError {
  return new StreamAlignerError('invalid-request', `The body ${what}. Send a flatter or smaller one.`, {
    details: { code },
  });
}
