import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Builds the pages before they are tested, so that a stale build can never pass. */
export default async function setup(): Promise<void> {
  const configFile = fileURLToPath(new URL('../../../packages/playground/vite.config.ts', import.meta.url));
  await build({ configFile, logLevel: 'warn' });
}
