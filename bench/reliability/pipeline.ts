import type { ReliabilityBenchmark } from './effort.ts';
export const pipeline: ReliabilityBenchmark = { name: 'pipeline', measures: '', deadlineMs: () => 1, measure: async () => [] };
