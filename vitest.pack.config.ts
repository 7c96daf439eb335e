import { defineConfig } from 'vitest/config';

/** `npm run test:pack`: the packages as they would be published, in a project of their own. */
export default defineConfig({
  test: {
    include: ['tests/pack/**/*.test.ts'],
    globalSetup: ['tests/pack/support/setup.ts'],
    // The examples compute; files at once would only share the cores.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
