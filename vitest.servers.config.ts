import { defineConfig } from 'vitest/config';

/** `npm run test:servers`: the gateway in front of real servers. What is not installed is skipped, and said. */
export default defineConfig({
  resolve: { conditions: ['@stream-aligner/source'] },
  ssr: { resolve: { conditions: ['@stream-aligner/source'] } },
  test: {
    include: ['tests/servers/**/*.test.ts'],
    globalSetup: ['tests/servers/support/installed.ts'],
    // Servers compute on one thread each; files at once would only share the cores.
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 60_000,
  },
});
