import { afterEach, describe, expect, it } from 'vitest';
import { createManualClock } from '../../../src/kernel/clock.ts';
import { createPrometheus } from '../../../src/prometheus/prometheus.ts';
import { createSimulatedPrometheus } from '../../../src/simulator/prometheus/server.ts';
import type { SimulatedPrometheus } from '../../../src/simulator/prometheus/server.ts';

const errorRate = 'sum(rate(video_processing_errors_total[5m]))/sum(rate(video_processing_total[5m]))*100';
const minuteMs = 60_000;

let simulated: SimulatedPrometheus | undefined;

afterEach(async () => {
  await simulated?.close();
  simulated = undefined;
});

async function start(speed = 1) {
  const clock = createManualClock(new Date(Date.UTC(2026, 2, 14, 10)));
  const server = createSimulatedPrometheus({ clock, speed });
  simulated = server;
  const { url } = await server.listen();
  const source = createPrometheus({ url });
  const samples = async (promql: string) => {
    const result = await source.query(promql);
    if (result.type === 'failed') throw new Error(result.reason);
    return result.samples;
  };
  const rate = async () => (await samples(errorRate))[0]?.value ?? Number.NaN;
  return { clock, server, url, source, samples, rate };
}

describe('the simulated Prometheus', () => {
  it('shows an error rate that climbs to about 7.4 %, stays, and falls again', async () => {
    const { clock, server, rate } = await start();
    expect(await rate()).toBeLessThan(0.5);
    server.begin();
    const climb = [];
    for (let minute = 0; minute < 4; minute += 1) {
      climb.push(await rate());
      clock.advance(minuteMs);
    }
    expect(climb.toSorted((a, b) => a - b)).toEqual(climb);
    expect(await rate()).toBeCloseTo(7.4, 0);
    clock.advance(600 * minuteMs);
    server.begin();
    expect(await rate()).toBeCloseTo(7.4, 0);
    server.recover();
    clock.advance(2 * minuteMs);
    expect(await rate()).toBeLessThan(7);
    clock.advance(8 * minuteMs);
    expect(await rate()).toBeLessThan(0.5);
  });

  it('runs faster when it is told to', async () => {
    const { clock, server, rate } = await start(60);
    server.begin();
    clock.advance(4000);
    expect(await rate()).toBeCloseTo(7.4, 0);
  });

  it('answers the queries of the runbook, however they are spaced', async () => {
    const { samples } = await start();
    expect(await samples(errorRate.replaceAll('/', '\n / '))).toHaveLength(1);
    expect(await samples('sum(rate(video_processing_errors_total[1h])) by (error_type)')).toHaveLength(3);
    expect(await samples('sum(video_processing_queue_depth)')).toHaveLength(1);
    expect((await samples('nvidia_gpu_utilization')).map(({ labels }) => labels['gpu'])).toEqual(['0', '1', '2']);
    expect(await samples('something_else')).toEqual([]);
    expect(await samples('constructor')).toEqual([]);
  });

  it('takes GET as well, and the time of the question', async () => {
    const { url, server, clock } = await start();
    const began = clock.now();
    server.begin();
    clock.advance(60 * minuteMs);
    const value = async (time: string) => {
      const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(errorRate)}&time=${time}`);
      expect(response.headers.get('x-simulated')).toBe('prometheus');
      return response.text();
    };
    expect(await value(String(began.getTime() / 1000 - 60))).toMatch(/"0\.[23]/);
    expect(await value(new Date(began.getTime() + 59 * minuteMs).toISOString())).toMatch(/"7\.[34]/);
    expect(await value('soon')).toContain('cannot parse');
  });

  it('shows the values behind the query of an alert, whatever its threshold', async () => {
    const { url } = await start();
    const graph = async (promql: string) => (await fetch(`${url}/graph?g0.expr=${encodeURIComponent(promql)}`)).text();
    expect(await graph('sum(video_processing_queue_depth) > 4000')).toMatch(/> 4000\n\n\{\} 1\d\d\n/);
    expect(await graph('something_else')).toContain('no data');
  });

  it('refuses what is no query, as Prometheus does', async () => {
    const { source } = await start();
    const failed = { type: 'failed', retryable: false, reason: expect.stringContaining('bad_data') };
    for (const promql of ['', 'sum(rate(x[5m])', 'up{job="a}', 'x[5m)']) expect(await source.query(promql)).toMatchObject(failed);
  });
});
