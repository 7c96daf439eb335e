import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';

/** What came back on a connection that was spoken to by hand. */
export interface RawReply {
  text: string;
  /** The status of every reply, in order. */
  statuses: number[];
  /** Whether the server ended the connection by itself, and after how long. */
  closed: boolean;
  ms: number;
}

/** Sends bytes as they are, and reads until the server ends the connection or stays silent for `patienceMs`. */
export function sendRaw(
  { host, port }: { host: string; port: number },
  bytes: string | readonly string[],
  { patienceMs = 1_000 }: { patienceMs?: number } = {},
): Promise<RawReply> {
  return new Promise((resolve) => {
    const started = performance.now();
    let text = '';
    const socket = connect(port, host, () => {
      for (const part of typeof bytes === 'string' ? [bytes] : bytes) socket.write(part, 'latin1');
    });
    const done = (closed: boolean) => {
      socket.destroy();
      const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status));
      resolve({ text, statuses, closed, ms: performance.now() - started });
    };
    socket.setTimeout(patienceMs, () => done(false));
    socket.on('data', (data) => {
      text += data.toString('latin1');
    });
    socket.on('error', () => done(true));
    socket.on('end', () => done(true));
  });
}
