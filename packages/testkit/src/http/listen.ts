import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server on 127.0.0.1. */
export interface Listening {
  /** Without a slash at its end. */
  readonly url: string;
  readonly openSockets: number;
  /** Cuts every connection and stops listening. */
  close(): Promise<void>;
}

/** Listens on 127.0.0.1; `onSockets` is called whenever a connection comes or goes. */
export async function listen(
  handler: RequestListener,
  { port = 0, onSockets = () => {} }: { port?: number; onSockets?: () => void } = {},
): Promise<Listening> {
  let openSockets = 0;
  const http = createServer(handler);
  http.on('connection', (socket) => {
    openSockets += 1;
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', () => {
      openSockets -= 1;
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
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}
