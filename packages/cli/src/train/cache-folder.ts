import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where this project keeps what it can make again: below XDG_CACHE_HOME, else below ~/.cache. */
export function cacheFolder(env = process.env): string {
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'stream-aligner');
}
