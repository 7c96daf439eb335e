import { StreamAlignerError } from '@stream-aligner/core';
import { errorEnvelope } from '@stream-aligner/providers/wire';

/** An error as a reply, with the headers that belong to its status. */
export function errorResponse(error: unknown): Response {
  const { status, body } = errorEnvelope(error);
  const headers = new Headers();
  const details = StreamAlignerError.isInstance(error) ? error.details : {};
  if (status === 429 || status === 503)
    headers.set('retry-after', `${Math.ceil(Number(details['retryAfterSeconds'] ?? 1))}`);
  if (status === 401) headers.set('www-authenticate', 'Bearer');
  if (typeof details['allow'] === 'string') headers.set('allow', details['allow']);
  return Response.json(body, { status, headers });
}
