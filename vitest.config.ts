import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Tests run the sources themselves, so a stale build can never pass.
  resolve: { conditions: ['@stream-aligner/source'] },
  ssr: { resolve: { conditions: ['@stream-aligner/source'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts'],
    testTimeout: 60_000,
  },
});
