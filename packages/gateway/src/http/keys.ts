import { createHash, timingSafeEqual } from 'node:crypto';
import { StreamAlignerError } from '@stream-aligner/core';

/**
 * A check of a request's `authorization: Bearer …`. Compares digests, all of them every time, so that how long it takes
 * says nothing about any key. Without keys everybody passes.
 *
 * @throws StreamAlignerError `invalid-request` (401), from the check.
 */
export function createKeyCheck(keys: readonly string[]): (headers: Headers) => void {
  const digests = keys.map(digest);
  return (headers) => {
    if (digests.length === 0) return;
    const [, given = ''] = /^Bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '') ?? [];
    const mine = digest(given);
    const matches = digests.filter((known) => timingSafeEqual(known, mine));
    if (given !== '' && matches.length > 0) return;
    const what = given === '' ? 'No API key was sent' : 'The API key is not one of those this gateway knows';
    throw new StreamAlignerError(
      'invalid-request',
      `${what}. Send one of the configured keys as \`authorization: Bearer …\`.`,
      { details: { status: 401, code: 'invalid_api_key' } },
    );
  };
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
