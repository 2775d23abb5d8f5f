import { defineConfig } from 'vitest/config'

/** Flows through the real server in Chromium: one after the other, since they share a company. */
export default defineConfig({
  test: {
    environment: 'node',
    include: ['tests/browser/**/*.test.ts'],
    fileParallelism: false,
    // generous, for machines that do other things as well: nothing here measures speed
    testTimeout: 180_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000, interval: 100 } },
  },
})
