import { StreamAlignerError } from '@stream-aligner/core';
import { readSite } from '@stream-aligner/playground';
import { memo } from '../recipes/memo.ts';

/** Where pages, and what they are made of, are served: routes. */
export const PAGE_ROUTES = ['/', '/traces', '/assets/:name'] as const;

const HEADERS = {
  // Scripts, styles and requests of this gateway alone; nothing from or to anywhere else.
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/**
 * Answers requests for the built pages. They hold nothing secret and are for everybody who reaches the port; what they
 * show they ask for with the key of whoever looks. Throws `invalid-request` (404) for a file that is not there, and
 * `configuration` when the pages were not built.
 */
export function createPages(): (request: Request) => Promise<Response> {
  const site = memo(() => readSite());
  return async (request) => {
    const { pathname } = new URL(request.url);
    const file = (await site('')).get(pathname);
    if (!file)
      throw new StreamAlignerError('invalid-request', 'There is no such file. Load the page again.', {
        details: { status: 404, code: 'not_found' },
      });
    const zipped = request.headers.get('accept-encoding')?.includes('gzip') ?? false;
    return new Response(zipped ? file.gzipped : file.body, {
      headers: {
        ...HEADERS,
        'content-type': file.type,
        'cache-control': file.cache,
        vary: 'accept-encoding',
        ...(zipped && { 'content-encoding': 'gzip' }),
      },
    });
  };
}
