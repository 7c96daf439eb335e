import { StreamAlignerError } from '@stream-aligner/core';
import type { Redis } from 'ioredis';
import { parseAddress, shownAddress } from './address.ts';
import { type Libraries, loadLibraries } from './libraries.ts';

export interface ConnectOptions {
  /** See `parseAddress`. */
  url: string;
  /** For a URL without one. */
  password?: string;
  /** Told, in words for people, when the connection is lost and when it is there again. */
  onNotice: (text: string) => void;
}

/** A connection that, once made, is made again whenever it is lost; what is asked meanwhile waits. */
export interface Connection {
  readonly redis: Redis;
  readonly libraries: Libraries;
  /** The address without user and password. */
  readonly shown: string;
  close(): void;
}

/** Waits before the first and between later attempts to connect again, in milliseconds. */
const [AGAIN_MS, AGAIN_MAX_MS] = [250, 5_000];

/**
 * Connects to Redis. Throws `invalid-request` for a wrong URL, `configuration` when the password is refused or packages
 * are missing, `closed` when nothing answers there.
 */
export async function connect({ url, password, onNotice }: ConnectOptions): Promise<Connection> {
  const address = parseAddress(url, password);
  const shown = shownAddress(address);
  const libraries = await loadLibraries();
  let state: 'connecting' | 'there' | 'lost' | 'closed' = 'connecting';
  let fault: Error | null = null;
  const redis = new libraries.Redis({
    ...address,
    lazyConnect: true,
    maxRetriesPerRequest: null,
    // BullMQ's connections are copies of this one, and are made while it is there.
    retryStrategy: (times) =>
      state === 'connecting' || state === 'closed' ? null : Math.min(AGAIN_MAX_MS, AGAIN_MS * 2 ** times),
  });
  redis.on('error', (error: Error) => {
    fault ??= error;
  });
  redis.on('close', () => {
    if (state !== 'there') return;
    state = 'lost';
    onNotice(`The connection to ${shown} was lost; trying again.`);
  });
  redis.on('ready', () => {
    if (state === 'lost') onNotice(`The connection to ${shown} is there again.`);
    if (state === 'lost') state = 'there';
  });
  try {
    await redis.connect();
    await redis.ping();
    state = 'there';
  } catch (error) {
    state = 'closed';
    redis.disconnect();
    throw notConnected(shown, fault ?? error);
  }
  return {
    redis,
    libraries,
    shown,
    close() {
      state = 'closed';
      redis.disconnect();
    },
  };
}

function notConnected(shown: string, cause: unknown): StreamAlignerError {
  const { message = '', code = '' } = cause instanceof Error ? (cause as NodeJS.ErrnoException) : {};
  if (/NOAUTH|WRONGPASS|NOPERM|invalid password/i.test(message))
    return new StreamAlignerError(
      'configuration',
      `${shown} refuses the user or the password. Give them in the URL, or the password in STREAM_ALIGNER_QUEUE_PASSWORD.`,
    );
  const why = code === '' ? 'it ended the connection' : code;
  return new StreamAlignerError(
    'closed',
    `No Redis answers at ${shown} (${why}). Check host and port, that it runs, and that this machine may connect to it.`,
    { details: { code } },
  );
}
