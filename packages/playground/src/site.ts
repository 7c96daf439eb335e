import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { StreamAlignerError } from '@stream-aligner/core';

/** One file of the built pages, ready to be served. */
export interface SiteFile {
  /** The value of `content-type`. */
  type: string;
  /** The value of `cache-control`. */
  cache: string;
  body: Uint8Array<ArrayBuffer>;
  /** The body compressed, for `content-encoding: gzip`. */
  gzipped: Uint8Array<ArrayBuffer>;
}

/** Beside `dist` and `src` alike, so that sources and package find the same files. */
const SITE = fileURLToPath(new URL('../dist/site/', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const YEAR_S = 31_536_000;
const compress = promisify(gzip);

/**
 * Reads the built pages: `/`, `/traces` and the files under `/assets/`, by their paths. The names of assets change with
 * what they hold, so those may be kept for a year, and the pages are asked for anew each time. Throws `configuration`
 * when the pages were not built.
 */
export async function readSite(folder = SITE): Promise<ReadonlyMap<string, SiteFile>> {
  const names = await readdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new StreamAlignerError(
      'configuration',
      'The pages of the playground are not built. Run `npm run build`, or set server.playground to false.',
      { cause },
    );
  });
  const served = names.filter((name) => TYPES[extname(name)] !== undefined);
  return new Map(
    await Promise.all(served.map(async (name) => [pathOf(name), await fileOf(join(folder, name))] as const)),
  );
}

function pathOf(name: string): string {
  const path = `/${name.replaceAll('\\', '/')}`;
  return path === '/index.html' ? '/' : path.replace(/\.html$/, '');
}

async function fileOf(file: string): Promise<SiteFile> {
  const body = Uint8Array.from(await readFile(file));
  const page = extname(file) === '.html';
  return {
    type: TYPES[extname(file)] ?? 'application/octet-stream',
    cache: page ? 'no-cache' : `public, max-age=${YEAR_S}, immutable`,
    body,
    gzipped: Uint8Array.from(await compress(body)),
  };
}
