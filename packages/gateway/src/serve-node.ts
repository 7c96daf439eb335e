import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { StreamAlignerError } from '@stream-aligner/core';
import type { Address } from './configuration/address.ts';
import type { Gateway } from './gateway.ts';

/** A gateway that listens. */
export interface ServedGateway extends Address {
  /** Where it answers, without a path. */
  url: string;
  /** Stops listening, drains the gateway, then closes every connection. */
  close(): Promise<void>;
}

/** What one connection may take of a server, before a request of it reaches the gateway. Milliseconds and bytes. */
export interface ConnectionLimits {
  /** For all headers of a request to arrive. Default 10,000. */
  headersMs: number;
  /** For a request to arrive, body included; how long its answer takes is no matter. Default 120,000. */
  requestMs: number;
  /** How often the two are looked at. Default 2,000. */
  checkMs: number;
  /** All headers of a request; more is answered 431. Default 16,384. */
  headerBytes: number;
}

/**
 * Serves a gateway by HTTP on Node, which answers what is not HTTP with 400 by itself. Throws `configuration` for an
 * address that cannot be listened on.
 */
export async function serveNode(
  gateway: Gateway,
  { host, port }: Address,
  limits: Partial<ConnectionLimits> = {},
): Promise<ServedGateway> {
  const { headersMs = 10_000, requestMs = 120_000, checkMs = 2_000, headerBytes = 16_384 } = limits;
  const server = createAdaptorServer({
    fetch: (request, { incoming }) => gateway.fetch(request, { address: incoming.socket.remoteAddress }),
    overrideGlobalObjects: false,
    serverOptions: {
      noDelay: true,
      // Longer than the 60 s of common load balancers, which must be the ones to close idle connections.
      keepAliveTimeout: 65_000,
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: checkMs,
      maxHeaderSize: headerBytes,
      // Whatever the process was started with: a lenient parser is how requests are smuggled past a proxy.
      insecureHTTPParser: false,
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(cannotListen({ host, port }, cause)));
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  const shown = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return {
    host,
    port: bound,
    url: `http://${shown}:${bound}`,
    async close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      await gateway.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}

function cannotListen({ host, port }: Address, cause: NodeJS.ErrnoException): StreamAlignerError {
  const why: Record<string, string> = {
    EADDRINUSE: `port ${port} is already in use. Stop what listens there, or choose another with --port or PORT`,
    EACCES: `port ${port} needs rights that this user does not have. Choose one from 1024 up with --port or PORT`,
    EADDRNOTAVAIL: `this machine has no address ${host}. Choose another with --host or HOST`,
    ENOTFOUND: `the name ${host} is not known here. Choose another with --host or HOST`,
  };
  const reason = why[cause.code ?? ''] ?? `the system refused (${cause.code ?? cause.name})`;
  return new StreamAlignerError('configuration', `Cannot listen on ${host}:${port}: ${reason}.`, { cause });
}
