import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A place between the gateway and a server, where connections are watched and cut. */
export interface Tap {
  /** Its address without a path. */
  url: string;
  /** Bytes that the server has sent through it. */
  readonly bytes: number;
  /** Connections whose last request has no complete reply yet. */
  readonly busy: number;
  /** Resolves when none is busy, with the time of `performance.now()` at which the last ceased to be. */
  idle(): Promise<number>;
  /** Calls back once so many more bytes have come, before the last of them is passed on. */
  after(bytes: number, act: () => void): void;
  /** Cuts every connection. `down`: and lets none through from now on. Default false. */
  cut(options?: { down?: boolean }): void;
  close(): Promise<void>;
}

interface Connection {
  client: Socket;
  server: Socket;
  busy: boolean;
  /** The last bytes of the reply. */
  tail: Buffer;
}

/** With the line break before it, since a header of llama-server's ends in `max=100`. */
const END_OF_CHUNKS = Buffer.from('\r\n0\r\n\r\n');

export async function startTap(port: number): Promise<Tap> {
  const open = new Set<Connection>();
  const waiting: ((at: number) => void)[] = [];
  let bytes = 0;
  let trigger: { at: number; act: () => void } | null = null;
  let isDown = false;

  const busy = () => [...open].filter((connection) => connection.busy).length;
  const settle = () => {
    if (busy() === 0) for (const resolve of waiting.splice(0)) resolve(performance.now());
  };
  const end = (connection: Connection) => {
    open.delete(connection);
    connection.client.destroy();
    connection.server.destroy();
    settle();
  };

  const listener = createServer({ noDelay: true }, (client) => {
    if (isDown) {
      client.destroy();
      return;
    }
    const server = connect({ port, host: '127.0.0.1', noDelay: true });
    const connection: Connection = { client, server, busy: false, tail: Buffer.alloc(0) };
    open.add(connection);
    for (const socket of [client, server]) {
      socket.on('error', () => {});
      socket.on('close', () => end(connection));
    }
    client.on('data', (data) => {
      connection.busy = true;
      server.write(data);
    });
    server.on('data', (data) => {
      bytes += data.length;
      if (trigger && bytes >= trigger.at) {
        // What lies before the place of the cut has left the server, so it may arrive.
        client.write(data.subarray(0, data.length - (bytes - trigger.at)));
        const { act } = trigger;
        trigger = null;
        act();
        if (client.destroyed) return;
      } else client.write(data);
      connection.tail = Buffer.concat([connection.tail, data]).subarray(-END_OF_CHUNKS.length);
      if (connection.tail.equals(END_OF_CHUNKS)) connection.busy = false;
      settle();
    });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    get bytes() {
      return bytes;
    },
    get busy() {
      return busy();
    },
    idle: () => new Promise((resolve) => (busy() === 0 ? resolve(performance.now()) : waiting.push(resolve))),
    after(more, act) {
      trigger = { at: bytes + more, act };
    },
    cut({ down = false } = {}) {
      isDown = down;
      for (const connection of [...open]) end(connection);
    },
    async close() {
      const closed = once(listener, 'close');
      listener.close();
      for (const connection of [...open]) end(connection);
      await closed;
    },
  };
}
