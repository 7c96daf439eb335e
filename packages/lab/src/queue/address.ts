import { StreamAlignerError } from '@stream-aligner/core';

/** Where a Redis is, and who asks. */
export interface RedisAddress {
  host: string;
  port: number;
  db: number;
  username?: string;
  password?: string;
  /** Present for rediss://. */
  tls?: { servername: string };
}

/**
 * Reads redis://[user[:password]@]host[:port][/db], or rediss:// for TLS. A password in the URL comes before `password`.
 * Throws `invalid-request`, without the URL in the message, for it may hold a password.
 */
export function parseAddress(url: string, password?: string): RedisAddress {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const db = /^\/?(\d{0,5})$/.exec(parsed?.pathname ?? '')?.[1];
  if (!parsed?.hostname || !/^rediss?:$/.test(parsed.protocol) || db === undefined) throw noAddress();
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  const username = decoded(parsed.username);
  const secret = decoded(parsed.password) || password;
  return {
    host,
    port: Number(parsed.port || 6379),
    db: Number(db),
    ...(username !== '' && { username }),
    ...(secret && { password: secret }),
    ...(parsed.protocol === 'rediss:' && { tls: { servername: host } }),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw noAddress();
  }
}

function noAddress(): StreamAlignerError {
  return new StreamAlignerError(
    'invalid-request',
    'The queue is no address of a Redis. It looks like redis://host:6379, redis://user@host/1, or rediss:// for TLS.',
  );
}

/** The address as it may be printed: without user and password. */
export function shownAddress({ host, port, db, tls }: RedisAddress): string {
  const shown = host.includes(':') ? `[${host}]` : host;
  return `${tls ? 'rediss' : 'redis'}://${shown}:${port}${db === 0 ? '' : `/${db}`}`;
}
