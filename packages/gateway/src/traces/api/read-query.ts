import { StreamAlignerError } from '@stream-aligner/core';
import { pathText, plainWording } from '@stream-aligner/providers/wire';
import * as z from 'zod';
import type { TraceQuery } from '../store.ts';

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

const query = z.object({
  model: z.string().max(256).optional(),
  outcome: z.enum(['finished', 'failed', 'aborted']).optional(),
  rewritten: flag.optional(),
  failed: flag.optional(),
  q: z.string().max(1_000).optional(),
  before: z.string().max(64).optional(),
  limit: z.coerce.number().pipe(z.int().min(1).max(200)).default(50),
});

/** Reads which traces are asked for. Throws `invalid-request` with the parameter's name. */
export function readTraceQuery(parameters: URLSearchParams): TraceQuery {
  // A form sends its empty fields, too.
  const said = [...parameters].filter(([, value]) => value !== '');
  return checked(query, Object.fromEntries(said));
}

/** What a schema makes of what a client sent. Throws `invalid-request`; never repeats a value. */
export function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value, { error: plainWording });
  if (result.success) return result.data;
  const mistakes = result.error.issues.map((issue) => ({
    param: pathText(issue.path),
    // The name of an unknown field is the client's own word.
    message: issue.code === 'unrecognized_keys' ? 'it has fields that are not known here' : issue.message,
  }));
  const listed = mistakes.map(({ param, message }) => (param === '' ? message : `${param}: ${message}`));
  throw new StreamAlignerError('invalid-request', `The request is not valid. ${listed.join('; ')}.`, {
    details: { param: mistakes[0]?.param ?? '' },
  });
}
