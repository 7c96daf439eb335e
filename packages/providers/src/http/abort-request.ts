import type { Endpoint } from './endpoint.ts';

/** How long a server may take to hear that a request is over. Nobody waits for it. */
const PATIENCE_MS = 1_000;

/** Tells a server that the request it knows by `rid` is over. Never fails: the connection is closed as well. */
export function sendAbort(endpoint: Endpoint, path: string, rid: string): void {
  const controller = new AbortController();
  const disarm = endpoint.clock.after(PATIENCE_MS, () => controller.abort());
  endpoint
    .fetch(endpoint.baseUrl + path, {
      method: 'POST',
      headers: { ...endpoint.headers, accept: 'application/json' },
      body: JSON.stringify({ rid }),
      redirect: 'manual',
      signal: controller.signal,
    })
    .then((response) => response.arrayBuffer())
    .catch(() => {})
    .finally(disarm);
}
