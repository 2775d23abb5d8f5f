import { defineConfig } from 'vitest/config'

/** Flows through the real server in Chromium: one after the other, since they share a company. */
export default defineConfig({
  test: {
    environment: 'node',
    include: ['tests/browser/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
