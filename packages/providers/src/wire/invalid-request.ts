import { StreamAlignerError } from '@stream-aligner/core';
import type * as z from 'zod';
import { plainWording } from './plain-wording.ts';

const MOST_LISTED = 5;

/**
 * Checks a parsed JSON body by a schema. Throws `invalid-request`, whose message names the path of every mistake and
 * whose `details.param` is the first one; values are never repeated.
 */
export function checkRequest<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body, { error: plainWording });
  if (result.success) return result.data;
  const mistakes = result.error.issues.map(({ path, message }) => ({ path: pathText(path), message }));
  const listed = mistakes
    .slice(0, MOST_LISTED)
    .map(({ path, message }) => `${path || 'the body'}: ${message}`);
  const more = mistakes.length > MOST_LISTED ? `; and ${mistakes.length - MOST_LISTED} more` : '';
  const param = mistakes[0]?.path;
  throw new StreamAlignerError('invalid-request', `The request is not valid. ${listed.join('; ')}${more}.`, {
    details: param ? { param } : {},
  });
}

/** A path as people write it: `messages[0].content`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}${text && '.'}${String(part)}`),
    '',
  );
}
