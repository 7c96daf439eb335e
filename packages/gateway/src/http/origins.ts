import { StreamAlignerError } from '@stream-aligner/core';
import { isLoopback } from '../configuration/address.ts';

/**
 * Which web pages may use the gateway: those of `allowed` origins, and those that this very gateway serves on this
 * machine. Anything else that a browser sends is refused, or any page on the web could use a gateway on its reader's
 * machine. Programs send no origin and always pass.
 */
export function createOriginCheck(allowed: readonly string[]) {
  /** The headers that let the page of this request read the reply. */
  function corsHeaders(request: Request): Record<string, string> {
    const origin = request.headers.get('origin');
    if (origin === null || !allowed.includes(origin)) return {};
    return {
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'x-request-id, retry-after',
      vary: 'origin',
    };
  }

  return {
    corsHeaders,
    /** Throws `invalid-request` (403) for a page that may not. */
    check(request: Request): void {
      const origin = request.headers.get('origin');
      if (origin === null || allowed.includes(origin) || isOwnPage(origin, request)) return;
      throw new StreamAlignerError(
        'invalid-request',
        'Pages of this origin may not use this gateway. Add the origin to server.allowedOrigins.',
        { details: { status: 403, code: 'origin_not_allowed' } },
      );
    },
    /** Answers a browser's question before the request itself. */
    preflight(request: Request, methods: string): Response {
      const cors = corsHeaders(request);
      const may = {
        'access-control-allow-methods': methods,
        'access-control-allow-headers': headersAskedFor(request),
        'access-control-max-age': '600',
      };
      const granted = 'access-control-allow-origin' in cors ? { ...cors, ...may } : {};
      return new Response(null, { status: 204, headers: { allow: methods, ...granted } });
    },
  };
}

/** An allowed page may send any header: OpenAI's client brings a dozen of its own. */
function headersAskedFor(request: Request): string {
  const asked = request.headers.get('access-control-request-headers');
  if (asked === null) return 'authorization, content-type, x-request-id';
  const names = asked.split(',').map((name) => name.trim());
  return names.filter((name) => /^[\w!#$%&'*+.^`|~-]+$/.test(name)).join(', ');
}

function isOwnPage(origin: string, request: Request): boolean {
  if (!URL.canParse(origin)) return false;
  const { host, hostname } = new URL(origin);
  // A name that only resolves to this machine (DNS rebinding) must not pass for it.
  return host === request.headers.get('host') && isLoopback(hostname);
}
