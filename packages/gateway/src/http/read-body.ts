import { type Clock, StreamAlignerError } from '@stream-aligner/core';
import { refuseOddShape } from './json-shape.ts';

/** A body that takes longer than this holds a place that somebody else could use. */
const LONGEST_MS = 60_000;

/**
 * Reads a request's JSON. Throws `invalid-request`: 415 for a web page's body that does not say it is JSON, 413 for one
 * over `maxBytes`, 408 for one that takes over a minute to arrive, 400 for what is not JSON, or for JSON of a shape that
 * only an attack has; or the reason of `signal`.
 */
export async function readJsonBody(
  request: Request,
  { maxBytes, signal, clock }: { maxBytes: number; signal: AbortSignal; clock: Clock },
): Promise<unknown> {
  refusePlainForms(request.headers);
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const reader = request.body?.getReader();
  const cancel = () => void reader?.cancel().catch(() => {});
  let late = false;
  const stopWaiting = clock.after(LONGEST_MS, () => {
    late = true;
    cancel();
  });
  signal.addEventListener('abort', cancel, { once: true });
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    while (reader) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw new StreamAlignerError('invalid-request', 'The request ended before its body was complete.', {
          cause,
        });
      });
      signal.throwIfAborted();
      if (late) throw tooSlow();
      if (done) break;
      length += value.length;
      if (length > maxBytes) {
        cancel();
        throw tooLarge(maxBytes);
      }
      parts.push(value);
    }
  } finally {
    stopWaiting();
    signal.removeEventListener('abort', cancel);
  }
  return parse(Buffer.concat(parts));
}

/** A page can send a form or plain text to any server without asking first, and JSON only after asking. */
function refusePlainForms(headers: Headers): void {
  if (headers.get('origin') === null) return;
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/json') return;
  throw new StreamAlignerError(
    'invalid-request',
    'Web pages must send their requests as `content-type: application/json`.',
    { details: { status: 415, code: 'unsupported_media_type' } },
  );
}

function parse(json: Buffer): unknown {
  refuseOddShape(json);
  try {
    // The engine's error would quote the body, so it is not kept as a cause.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch {
    throw new StreamAlignerError(
      'invalid-request',
      'The body is not JSON. Send one JSON object in UTF-8, as the OpenAI API describes it.',
    );
  }
}

function tooSlow(): StreamAlignerError {
  return new StreamAlignerError(
    'invalid-request',
    `The body did not arrive within ${LONGEST_MS / 1000} seconds. Send it again, or shorten it.`,
    { details: { status: 408, code: 'request_timeout' } },
  );
}

function tooLarge(maxBytes: number): StreamAlignerError {
  return new StreamAlignerError(
    'invalid-request',
    `The body is larger than the ${maxBytes} bytes that are taken. Shorten the conversation, or have server.maxBodyBytes raised.`,
    { details: { status: 413, code: 'request_too_large' } },
  );
}
