import { StreamAlignerError } from '@stream-aligner/core';

/**
 * Headers that a configuration may not set. Hop-by-hop ones belong to one connection, and the HTTP client writes them.
 * `x-conversation-id` makes llama.cpp's server go on writing after the connection is closed, so leaving would stop
 * nothing.
 */
const REFUSED: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-conversation-id',
]);

/** The configured headers with lower-case names. Throws `configuration` for one that must not be sent. */
export function checkedHeaders(party: string, headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const lower = name.toLowerCase();
      if (REFUSED.has(lower)) {
        throw new StreamAlignerError(
          'configuration',
          `The ${party}'s headers must not hold \`${lower}\`: it would change how the connection is kept or ended. Take it out.`,
          { details: { param: 'headers' } },
        );
      }
      if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(lower) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
        throw new StreamAlignerError(
          'configuration',
          `One of the ${party}'s headers is not valid in HTTP. Check for line breaks and for characters outside Latin-1.`,
          { details: { param: 'headers' } },
        );
      }
      return [lower, value];
    }),
  );
}
