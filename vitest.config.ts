import { defineConfig } from 'vitest/config';
import { reporters } from './vitest.reporters.config.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/real/**', 'node_modules/**'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: reporters('unit'),
  },
});
