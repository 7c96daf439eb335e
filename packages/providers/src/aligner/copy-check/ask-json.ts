import { StreamAlignerError } from '@stream-aligner/core';
import type * as z from 'zod';
import type { Endpoint } from '../../http/endpoint.ts';
import { openReply, type PostRequest } from '../../http/open-reply.ts';
import { parseJson } from '../../wire/chat-chunk.ts';
import { unavailable } from './protocol.ts';

/** Statuses of a server that does not know the path, or does not take the request. */
const NOT_SUPPORTED = [400, 404, 405, 415, 422, 501];

const LONGEST_REPLY = 32 * 1024 * 1024;

/**
 * Posts JSON and reads one JSON reply in the form of `schema`. Rejects with {@link unavailable} when the server does not
 * support the request or answers in another form, with the signal's reason when aborted, and with a
 * `StreamAlignerError` for a server that fails, refuses or is silent.
 */
export async function askJson<T>(
  endpoint: Endpoint,
  { schema, ...request }: PostRequest & { schema: z.ZodType<T> },
): Promise<T> {
  const text = await readText(endpoint, request).catch((error: unknown) => {
    const status = StreamAlignerError.isInstance(error) ? Number(error.details['status']) : Number.NaN;
    if (!NOT_SUPPORTED.includes(status)) throw error;
    throw unavailable(endpoint, `answered with HTTP status ${status}`, { status });
  });
  const parsed = schema.safeParse(parseJson(text));
  if (!parsed.success) throw unavailable(endpoint, 'answered in a form that is not documented');
  return parsed.data;
}

async function readText(endpoint: Endpoint, request: PostRequest): Promise<string> {
  const reply = await openReply(endpoint, { ...request, plain: true });
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const bytes of reply.bytes()) {
      text += decoder.decode(bytes, { stream: true });
      if (text.length > LONGEST_REPLY) throw unavailable(endpoint, 'sent a reply too long to be one');
    }
    reply.complete();
  } finally {
    await reply.close();
  }
  return text;
}
