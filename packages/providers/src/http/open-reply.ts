import { context, propagation } from '@opentelemetry/api';
import type { Endpoint } from './endpoint.ts';
import { failure, httpFailure, silence } from './failures.ts';
import { linkSignals } from './link-signals.ts';

/** After a complete answer: how long to wait for the rest of the stream and for the end of the connection. */
const REST_MS = 1_000;
const DRAIN_MS = 100;
const ERROR_BODY_BYTES = 64 * 1024;

/** One reply that is being streamed. */
export interface Reply {
  /** The body, as it comes. Throws the caller's abort reason, or a `StreamAlignerError` for everything else. */
  bytes(): AsyncGenerator<Uint8Array>;
  /** Says that the answer is complete: what breaks from now on is only the end of the stream. */
  complete(): void;
  /** Gives the connection back if the answer is complete and the server ends it soon; closes it otherwise. */
  close(): Promise<void>;
}

/** What is posted to which path of an endpoint. */
export interface PostRequest {
  path: string;
  body: unknown;
  signal: AbortSignal;
}

/**
 * Posts JSON and waits for the head of a successful reply; throws for any other. A `plain` one is taken as it comes;
 * otherwise it must be an event stream.
 */
export async function openReply(
  endpoint: Endpoint,
  { path, body, signal, plain = false }: PostRequest & { plain?: boolean },
): Promise<Reply> {
  signal.throwIfAborted();
  const { controller, unlink } = linkSignals([signal]);
  const watch = createWatch(endpoint, controller);
  // Everything that goes wrong after an abort goes wrong because of it.
  const wrap = (cause: unknown) =>
    controller.signal.aborted
      ? controller.signal.reason
      : failure(
          endpoint,
          'failed',
          'could not be reached, or broke the connection. See whether it is running.',
          { cause },
        );

  const headers = { ...endpoint.headers, ...(plain && { accept: 'application/json' }) };
  // `traceparent`, where an OpenTelemetry SDK is registered; nothing otherwise.
  propagation.inject(context.active(), headers);

  try {
    watch.arm('first-byte', endpoint.timeouts.firstByte);
    const response = await endpoint
      .fetch(endpoint.baseUrl + path, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
        redirect: 'manual',
        signal: controller.signal,
      })
      .catch((cause) => {
        throw wrap(cause);
      });
    const reader = response.body?.getReader();
    if (response.status !== 200 || !reader) {
      const text = reader
        ? await readText(reader).catch((cause) => {
            throw wrap(cause);
          })
        : '';
      throw httpFailure(endpoint, response, text);
    }
    if (!plain && response.headers.get('content-type')?.startsWith('application/json')) {
      throw failure(
        endpoint,
        'failed',
        'answered with one JSON body in place of a stream. It must support `stream: true`.',
      );
    }
    return createReply(reader);
  } catch (error) {
    end();
    throw error;
  }

  function end(): void {
    watch.disarm();
    unlink();
    controller.abort();
  }

  function createReply(reader: ReadableStreamDefaultReader<Uint8Array>): Reply {
    let complete = false;
    let atEnd = false;
    return {
      async *bytes() {
        for (let begun = false; ; begun = true) {
          // Only a read can be kept waiting: while the reader takes its time, the server owes nothing. The first bytes
          // stay within the bound that the request began, and after a complete answer the rest has one bound in all.
          if (begun && !complete) watch.arm('between-bytes', endpoint.timeouts.betweenBytes);
          let result: Awaited<ReturnType<typeof reader.read>>;
          try {
            result = await reader.read();
          } catch (cause) {
            if (complete && !signal.aborted) return;
            throw wrap(cause);
          }
          atEnd = result.done;
          if (result.done) return;
          if (!complete) watch.disarm();
          yield result.value;
        }
      },
      complete() {
        complete = true;
        watch.arm('between-bytes', REST_MS);
      },
      async close() {
        if (complete && !controller.signal.aborted) {
          watch.arm('between-bytes', DRAIN_MS);
          while (!atEnd) {
            atEnd = await reader.read().then(
              ({ done }) => done,
              () => true,
            );
          }
        }
        end();
      },
    };
  }
}

async function readText(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for (let read = 0; read < ERROR_BODY_BYTES;) {
    const { done, value } = await reader.read();
    if (done) break;
    read += value.length;
    text += decoder.decode(value, { stream: true });
  }
  return text;
}

/** Aborts the request when the server is silent for too long. */
function createWatch(endpoint: Endpoint, controller: AbortController) {
  let disarm = () => {};
  return {
    arm(phase: 'first-byte' | 'between-bytes', ms: number): void {
      disarm();
      disarm = endpoint.clock.after(ms, () => controller.abort(silence(endpoint, phase, ms)));
    },
    disarm: () => disarm(),
  };
}
