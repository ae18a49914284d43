import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { systemClock } from '../../src/kernel/clock.ts';
import { loadClusters } from '../../src/kubernetes/load-clusters.ts';
import { createPrometheus } from '../../src/prometheus/prometheus.ts';
import { createHttpTargets } from '../../src/web-targets/http-targets.ts';
import { createStepTools } from '../../src/wiring/step-tools.ts';
import type { StepTools } from '../../src/wiring/step-tools.ts';

export type BenchWorld = { tools: StepTools; close(): Promise<void> };

const places = z.object({ url: z.string(), token: z.string(), prometheusUrl: z.string() });
const simulator = fileURLToPath(new URL('../processes/kubernetes.ts', import.meta.url));

/** The steps' tools as production puts them together, over the simulated cluster and Prometheus in another process. */
export async function openBenchWorld(options: { parallel: number }): Promise<BenchWorld> {
  const child = fork(simulator, { stdio: 'inherit' });
  const [message]: unknown[] = await once(child, 'message');
  const { url, token, prometheusUrl } = places.parse(message);
  const clusters = loadClusters({ type: 'server', url, token });
  const tools = createStepTools({
    clusters,
    prometheus: createPrometheus({ url: prometheusUrl, aliases: ['prometheus:9090'] }),
    http: createHttpTargets({ allowedHosts: [] }),
    reading: [],
    timeoutMs: 60_000,
    // What waits by design (watch every 30 s) is looked at once.
    followMs: 0,
    parallel: options.parallel,
    clock: systemClock,
  });
  return {
    tools,
    async close() {
      await tools.close();
      await Promise.all([clusters.reader.close(), clusters.mutator.close()]);
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
