import { type Clock, StreamAlignerError, systemClock } from '@stream-aligner/core';
import { checkedHeaders } from './headers.ts';

/** How long a server may be silent, in milliseconds. Comments that keep a connection open count as a sign of life. */
export interface HttpTimeouts {
  /** From the request to the first bytes of the reply's body. Default 120,000. */
  firstByte?: number;
  /** Between bytes after that, as long as somebody waits for them. Default 60,000. */
  betweenBytes?: number;
}

/** Where a server is and how it is spoken to. */
export interface EndpointOptions {
  /** The address that `/chat/completions` hangs on, for example `http://127.0.0.1:8080/v1`. */
  baseUrl: string;
  /** Sent as `authorization: Bearer …`, or as the kind of server wants it; never part of an error or a log. */
  apiKey?: string;
  /**
   * Further headers of every request. Headers of our own clients must not come in here; those that belong to one
   * connection, and `x-conversation-id`, are refused.
   */
  headers?: Record<string, string>;
  timeouts?: HttpTimeouts;
  /** Default: the machine's clock. */
  clock?: Clock;
  /** Default: the global `fetch`. */
  fetch?: typeof globalThis.fetch;
}

/** An endpoint with its defaults filled in. */
export interface Endpoint {
  /** Whose failure an error is. */
  party: 'upstream' | 'aligner' | 'score model';
  baseUrl: string;
  /** The address without its path: what errors may name. */
  origin: string;
  headers: Record<string, string>;
  timeouts: Required<HttpTimeouts>;
  clock: Clock;
  fetch: typeof globalThis.fetch;
}

/** What differs between kinds of servers before anything is asked of them. */
export interface EndpointHabits {
  /** The header that carries the key. Default `authorization`, with `Bearer` before the key. */
  keyHeader?: 'authorization' | 'api-key' | 'x-api-key';
  /** Headers of every request, which configured ones replace. */
  headers?: Readonly<Record<string, string>>;
}

/** Fills in defaults. Throws `configuration` for an address that cannot be one, and for headers that may not be sent. */
export function resolveEndpoint(
  party: Endpoint['party'],
  options: EndpointOptions,
  { keyHeader = 'authorization', headers = {} }: EndpointHabits = {},
): Endpoint {
  const url = URL.canParse(options.baseUrl) ? new URL(options.baseUrl) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new StreamAlignerError(
      'configuration',
      `The ${party}'s base URL is not a plain http or https address. Give one like http://127.0.0.1:8080/v1, with ` +
        'the key in `apiKey` and nothing after the path.',
      { details: { param: 'baseUrl' } },
    );
  }
  const { apiKey } = options;
  return {
    party,
    baseUrl: url.href.replace(/\/+$/, ''),
    origin: url.origin,
    headers: {
      ...headers,
      ...checkedHeaders(party, options.headers ?? {}),
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...(apiKey !== undefined && {
        [keyHeader]: keyHeader === 'authorization' ? `Bearer ${apiKey}` : apiKey,
      }),
    },
    timeouts: { firstByte: 120_000, betweenBytes: 60_000, ...options.timeouts },
    clock: options.clock ?? systemClock,
    fetch: options.fetch ?? ((...request) => globalThis.fetch(...request)),
  };
}

/** The same server without the `/v1` of its address, where its own paths hang (`/completion`, `/tokenize`, …). */
export function atRoot(endpoint: Endpoint): Endpoint {
  return { ...endpoint, baseUrl: endpoint.baseUrl.replace(/\/v1$/, '') };
}
