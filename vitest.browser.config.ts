import { defineConfig } from 'vitest/config';

/** `npm run test:browser`: pages in a real Chromium. Where there is none the tests are skipped, and that is said. */
export default defineConfig({
  resolve: { conditions: ['@stream-aligner/source'] },
  ssr: { resolve: { conditions: ['@stream-aligner/source'] } },
  test: {
    include: ['tests/browser/**/*.test.ts'],
    globalSetup: ['tests/browser/support/build-pages.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } },
    hookTimeout: 60_000,
  },
});
