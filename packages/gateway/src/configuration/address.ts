import { StreamAlignerError } from '@stream-aligner/core';
import { portSchema } from './schema.ts';

/** Where a server listens. */
export interface Address {
  host: string;
  port: number;
}

/** Where to listen: what a flag says, else the environment's HOST and PORT, else the configuration, else 127.0.0.1:8787. */
export function resolveAddress({
  flags = {},
  env = {},
  configured = {},
}: {
  flags?: { host?: string | undefined; port?: string | number | undefined };
  env?: Readonly<Record<string, string | undefined>>;
  configured?: { host?: string | undefined; port?: number | undefined };
}): Address {
  const [port, from] =
    flags.port !== undefined
      ? [flags.port, '--port']
      : env['PORT']
        ? [env['PORT'], 'the environment variable PORT']
        : [configured.port ?? 8787, 'server.port'];
  const checked = portSchema.safeParse(port);
  if (!checked.success) {
    throw new StreamAlignerError(
      'configuration',
      `${from} is not a port. Give a number between 0 and 65535; 0 takes any free one.`,
    );
  }
  return { host: flags.host ?? (env['HOST'] || configured.host || '127.0.0.1'), port: checked.data };
}

/** Whether only this machine reaches a server that listens there. */
export function isLoopback(host: string): boolean {
  return /^(127(\.\d+){3}|localhost|::1|\[::1\])$/.test(host);
}
