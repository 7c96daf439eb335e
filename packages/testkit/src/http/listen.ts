import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** An HTTP server on 127.0.0.1. */
export interface Listening {
  /** Without a slash at its end. */
  readonly url: string;
  readonly openSockets: number;
  /** Closes the connections that carry no request. */
  closeIdle(): void;
  /** Cuts every connection and stops listening. */
  close(): Promise<void>;
}

/** Listens on 127.0.0.1; `onSockets` is called whenever a connection comes or goes. */
export async function listen(
  handler: RequestListener,
  { port = 0, onSockets = () => {} }: { port?: number; onSockets?: () => void } = {},
): Promise<Listening> {
  let openSockets = 0;
  const idle = new Set<Socket>();
  const http = createServer((request, response) => {
    idle.delete(request.socket);
    response.once('close', () => idle.add(request.socket));
    return handler(request, response);
  });
  http.on('connection', (socket) => {
    openSockets += 1;
    idle.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', () => {
      openSockets -= 1;
      idle.delete(socket);
      onSockets();
    });
    onSockets();
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    get openSockets() {
      return openSockets;
    },
    // Node's own `closeIdleConnections` spares those that never carried a request.
    closeIdle() {
      for (const socket of idle) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}
