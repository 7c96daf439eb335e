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

/** Serves a gateway by HTTP on Node. Throws `configuration` for an address that cannot be listened on. */
export async function serveNode(gateway: Gateway, { host, port }: Address): Promise<ServedGateway> {
  const server = createAdaptorServer({
    fetch: gateway.fetch,
    overrideGlobalObjects: false,
    // Longer than the 60 s of common load balancers, which must be the ones to close idle connections.
    serverOptions: {
      noDelay: true,
      keepAliveTimeout: 65_000,
      headersTimeout: 10_000,
      requestTimeout: 120_000,
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
