import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { createExportMetrics } from '../../src/export/metrics.ts';
import { createManualClock } from '../../src/kernel/clock.ts';
import { figure } from '../support/figures.ts';

it('the metrics of exports count them by format and outcome, time what was written, and pass the rest on', async () => {
  const registry = new Registry();
  const clock = createManualClock(new Date(0));
  const render = createExportMetrics(registry, { clock }).watch(async ({ number }) => {
    clock.advance(250);
    if (number === 5) throw new Error('damaged');
    return number === 4 ? { contentType: 'text/plain', body: 'INC-4' } : undefined;
  });
  expect(await render({ number: 4, format: 'md' })).toEqual({ contentType: 'text/plain', body: 'INC-4' });
  expect(await render({ number: 3, format: 'json' })).toBeUndefined();
  await expect(render({ number: 5, format: 'json' })).rejects.toThrow('damaged');
  expect(await figure(registry, 'tocsin_exports_total{format="md",outcome="done"}')).toBe(1);
  expect(await figure(registry, 'tocsin_exports_total{format="json",outcome="not_found"}')).toBe(1);
  expect(await figure(registry, 'tocsin_exports_total{format="json",outcome="failed"}')).toBe(1);
  expect(await figure(registry, 'tocsin_export_duration_seconds_sum{format="md"}')).toBe(0.25);
  expect(await figure(registry, 'tocsin_export_duration_seconds_count{format="json"}')).toBeUndefined();
});
