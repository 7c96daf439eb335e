import { StreamAlignerError } from '@stream-aligner/core';

/**
 * Reads a request's JSON. Throws `invalid-request`: 413 for a body over `maxBytes`, 400 for what is not JSON; or the
 * reason of `signal`.
 */
export async function readJsonBody(
  request: Request,
  { maxBytes, signal }: { maxBytes: number; signal: AbortSignal },
): Promise<unknown> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = request.body?.getReader();
  signal.addEventListener('abort', () => void reader?.cancel().catch(() => {}), { once: true });
  while (reader) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new StreamAlignerError('invalid-request', 'The request ended before its body was complete.', {
        cause,
      });
    });
    signal.throwIfAborted();
    if (done) break;
    length += value.length;
    if (length > maxBytes) {
      void reader.cancel().catch(() => {});
      throw tooLarge(maxBytes);
    }
    parts.push(value);
  }
  return parse(parts);
}

function parse(parts: readonly Uint8Array[]): unknown {
  try {
    // The engine's error would quote the body, so it is not kept as a cause.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts)));
  } catch {
    throw new StreamAlignerError(
      'invalid-request',
      'The body is not JSON. Send one JSON object in UTF-8, with `model` and `messages`.',
    );
  }
}

function tooLarge(maxBytes: number): StreamAlignerError {
  return new StreamAlignerError(
    'invalid-request',
    `The body is larger than the ${maxBytes} bytes that are taken. Shorten the conversation, or have server.maxBodyBytes raised.`,
    { details: { status: 413, code: 'request_too_large' } },
  );
}
