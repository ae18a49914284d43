import { afterEach, describe, expect, it } from 'vitest';
import { createManualClock } from '../../../src/kernel/clock.ts';
import { createPrometheus } from '../../../src/prometheus/prometheus.ts';
import type { ClusterFacts, FactsHistory } from '../../../src/simulator/kubernetes/facts.ts';
import { createSimulatedPrometheus } from '../../../src/simulator/prometheus/server.ts';

const minuteMs = 60_000;
const errorRate = 'sum(rate(video_processing_errors_total[5m]))/sum(rate(video_processing_total[5m]))*100';
const queue = 'sum(video_processing_queue_depth)';
const began = new Date(Date.UTC(2026, 2, 14, 10));

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

function pods(count: number, startedAt: Date): ClusterFacts['pods'] {
  return Array.from({ length: count }, (_, index) => ({
    namespace: 'video-processing',
    name: `gpu-worker-1-${index}`,
    container: 'gpu-worker',
    node: 'node-1',
    workload: 'gpu-worker',
    ready: true,
    restarts: 0,
    startedAt,
  }));
}

const usual: ClusterFacts = {
  gpuWorkers: { desired: 3, ready: 3 },
  asrWorkers: { desired: 2, ready: 2 },
  apiGateways: { desired: 2, ready: 2 },
  nats: { desired: 1, ready: 1 },
  uploadsPaused: false,
  clearedJobs: { times: 0 },
  prioritized: { times: 0 },
  dbMaxConnections: 20,
  pods: pods(3, new Date(began.getTime() - 1000 * minuteMs)),
};

/** A Prometheus in the middle of the trouble, beside a cluster to which something can be done. */
async function troubled() {
  const clock = createManualClock(new Date(began.getTime() - 5 * minuteMs));
  let history: FactsHistory = [{ at: clock.now(), facts: usual }];
  const server = createSimulatedPrometheus({ clock, facts: () => history });
  const { url } = await server.listen();
  closers.push(() => server.close());
  clock.advance(5 * minuteMs);
  server.begin();
  clock.advance(15 * minuteMs);
  const prometheus = createPrometheus({ url });
  const value = async (promql: string) => {
    const result = await prometheus.query(promql);
    if (result.type === 'failed') throw new Error(result.reason);
    return result.samples[0]?.value ?? Number.NaN;
  };
  const now = () => history.at(-1)?.facts ?? usual;
  return {
    clock,
    value,
    prometheus,
    becomes: (change: Partial<ClusterFacts>) => {
      history = [...history, { at: clock.now(), facts: { ...now(), ...change } }];
    },
  };
}

describe('the trouble', () => {
  it('fills the queue and lasts while nothing is done', async () => {
    const { clock, value } = await troubled();
    expect(await value(errorRate)).toBeCloseTo(7.4, 0);
    expect(await value(queue)).toBeGreaterThan(4000);
    clock.advance(120 * minuteMs);
    expect(await value(errorRate)).toBeCloseTo(7.4, 0);
  });

  it('ends some minutes after more GPU workers came, when the queue is empty', async () => {
    const { clock, value, becomes } = await troubled();
    becomes({ gpuWorkers: { desired: 10, ready: 3 } });
    clock.advance(minuteMs);
    becomes({ gpuWorkers: { desired: 10, ready: 10 }, pods: pods(10, clock.now()) });
    clock.advance(2 * minuteMs);
    expect(await value(errorRate)).toBeGreaterThan(3);
    clock.advance(10 * minuteMs);
    expect(await value(errorRate)).toBeLessThan(1);
    expect(await value(queue)).toBeLessThan(200);
    expect(await value('kube_deployment_status_replicas_available{deployment="gpu-worker"}')).toBe(10);
    expect(await value('count(nvidia_gpu_utilization)')).toBe(10);
    expect(await value('avg(nvidia_gpu_utilization)')).toBeLessThan(80);
  });

  it('is not over with two workers more', async () => {
    const { clock, value, becomes } = await troubled();
    becomes({ gpuWorkers: { desired: 5, ready: 5 } });
    clock.advance(30 * minuteMs);
    expect(await value(errorRate)).toBeGreaterThan(1);
    expect(await value(errorRate)).toBeLessThan(4);
  });

  it('takes a breath after a restart, and no more', async () => {
    const { clock, value, becomes } = await troubled();
    becomes({ gpuWorkers: { desired: 3, ready: 3, restartedAt: clock.now() } });
    clock.advance(5 * minuteMs);
    expect(await value(errorRate)).toBeLessThan(3);
    clock.advance(15 * minuteMs);
    expect(await value(errorRate)).toBeCloseTo(7.4, 0);
  });

  it('goes while uploads are paused, and comes back with them', async () => {
    const { clock, value, becomes } = await troubled();
    becomes({ uploadsPaused: true });
    clock.advance(15 * minuteMs);
    expect(await value(errorRate)).toBeLessThan(1);
    expect(await value(queue)).toBeLessThan(200);
    becomes({ uploadsPaused: false });
    clock.advance(30 * minuteMs);
    expect(await value(errorRate)).toBeGreaterThan(5);
  });

  it('leaves half of the queue when stuck jobs are cleared', async () => {
    const { clock, value, becomes } = await troubled();
    const before = await value(queue);
    clock.advance(20_000);
    becomes({ clearedJobs: { times: 1, lastAt: clock.now() } });
    clock.advance(20_000);
    expect(await value(queue)).toBeLessThan(0.6 * before);
  });

  it('is the same whenever it is asked about', async () => {
    const { clock, prometheus, becomes } = await troubled();
    const range = { fromMs: began.getTime() - 4 * minuteMs, toMs: clock.now().getTime() - minuteMs, stepMs: minuteMs };
    const ask = () => prometheus.answer({ promql: errorRate, range, signal: AbortSignal.timeout(10_000) });
    const before = await ask();
    becomes({ gpuWorkers: { desired: 10, ready: 10 } });
    clock.advance(60 * minuteMs);
    expect(await ask()).toEqual(before);
    expect(before).toMatchObject({ type: 'answered', answer: { type: 'matrix', series: [{ labels: {} }] } });
  });
});

it('the series of a pod end with it', async () => {
  const { clock, value, becomes } = await troubled();
  expect(await value('count(container_memory_usage_bytes)')).toBe(3);
  becomes({ pods: pods(1, began) });
  clock.advance(minuteMs);
  expect(await value('count(container_memory_usage_bytes)')).toBe(1);
  expect(await value('count(last_over_time(container_memory_usage_bytes[10m]))')).toBe(3);
});
