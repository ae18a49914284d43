import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { reporters } from './vitest.reporters.config.ts';

// The workers, and the processes and threads that tests start, find the libraries compiled.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('node_modules/.cache/tests', import.meta.url));

/**
 * The tests that need nothing but Node. Files share a worker, hence its loaded modules: no module of ours keeps state,
 * and loading the libraries anew for each file would take most of the time. Two workers even where two cores are all there is.
 */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/real/**', 'node_modules/**'],
    isolate: false,
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: reporters('unit'),
  },
});
