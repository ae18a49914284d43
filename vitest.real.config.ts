import { defineConfig } from 'vitest/config';
import { reporters } from './vitest.reporters.config.ts';

/** The tests against real servers: one file at a time, because they share the machine's ports and its two cores. */
export default defineConfig({
  test: {
    include: ['test/real/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 240_000,
    reporters: reporters('real'),
  },
});
