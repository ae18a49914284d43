import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { createManualClock } from '../../../src/kernel/clock.ts';
import { silentLog } from '../../../src/kernel/log.ts';
import { createRunbookLibrary, loadRunbooks } from '../../../src/runbooks/library.ts';
import { createSimulatedAlertmanager } from '../../../src/simulator/alertmanager/alertmanager.ts';
import { createSimulatedPrometheus } from '../../../src/simulator/prometheus/server.ts';
import { createSampleAlerts } from '../../../src/simulator/scenario/sample-alerts.ts';

const prometheusUrl = 'http://127.0.0.1:9';

function world() {
  const clock = createManualClock(new Date(Date.UTC(2026, 2, 14, 10)));
  const alertmanager = createSimulatedAlertmanager({ webhook: { url: 'http://127.0.0.1:9', token: '' }, clock, log: silentLog });
  const prometheus = createSimulatedPrometheus({ clock });
  return { clock, alertmanager, prometheus, ...parts(createSampleAlerts({ alertmanager, prometheus, prometheusUrl, clock, speed: 1 })) };
}

function parts(sampleAlerts: ReturnType<typeof createSampleAlerts>) {
  return {
    samples: sampleAlerts.samples,
    fire: (id: string) => sampleAlerts.fire(id),
    resolve: (id: string) => sampleAlerts.resolve(id),
  };
}

describe('the samples of the page', () => {
  it('are four, of every severity, and say what they do', () => {
    const { samples, fire, alertmanager } = world();
    for (const { id } of samples) fire(id);
    expect(alertmanager.alerts().map(({ labels }) => [labels['alertname'], labels['severity']])).toEqual([
      ['VideoProcessingErrorBudgetExhausted', 'critical'],
      ['QueueOverflow', 'warning'],
      ['GpuUtilizationLow', 'info'],
      ['WorkerHealthCheckFailed', 'warning'],
      ['WorkerHealthCheckFailed', 'warning'],
      ['WorkerHealthCheckFailed', 'warning'],
    ]);
    expect(samples.every(({ title, description }) => title !== '' && description !== '')).toBe(true);
    expect(alertmanager.alerts().every(({ generatorUrl }) => generatorUrl.startsWith(`${prometheusUrl}/graph?g0.expr=`))).toBe(true);
  });

  it('end again, each by itself, and fire only once', () => {
    const { samples, fire, resolve, alertmanager } = world();
    for (const { id } of [...samples, ...samples]) fire(id);
    resolve('three-pods');
    expect(alertmanager.alerts().filter(({ endsAt }) => endsAt !== undefined)).toHaveLength(3);
    for (const { id } of samples) resolve(id);
    expect(alertmanager.alerts().every(({ endsAt }) => endsAt !== undefined)).toBe(true);
    expect([fire('nothing'), resolve('nothing')]).toEqual([false, false]);
  });

  it('move the error rate where they are about it, also after a restart', () => {
    const { fire, resolve, prometheus, alertmanager, clock } = world();
    fire('queue-overflow');
    expect(prometheus.course()).toEqual({});
    fire('video-error-budget');
    const beganAt = new Date(clock.now().getTime() - 2 * 60_000);
    clock.advance(60_000);
    const restarted = createSimulatedPrometheus({ clock });
    createSampleAlerts({ alertmanager, prometheus: restarted, prometheusUrl, clock, speed: 1 });
    expect(restarted.course()).toEqual({ beganAt });
    resolve('video-error-budget');
    expect(prometheus.course()).toEqual({ beganAt, recoveredAt: clock.now() });
  });

  it('find the runbook that is shipped, where they have one', async () => {
    const { fire, alertmanager } = world();
    fire('video-error-budget');
    fire('queue-overflow');
    const folder = fileURLToPath(new URL('../../../runbooks', import.meta.url));
    const library = createRunbookLibrary((await loadRunbooks(folder, { log: silentLog })).runbooks);
    const found = alertmanager.alerts().map((alert) => library.match(alert).runbook?.path);
    expect(found).toEqual(['video-processing-error-budget.md', undefined]);
  });

  it('are the alerts of the rules that are shipped for a real Prometheus', () => {
    const { fire, alertmanager } = world();
    fire('video-error-budget');
    const file = fileURLToPath(new URL('../../../runbooks/alerts/video-processing.yaml', import.meta.url));
    const texts = z.record(z.string(), z.string());
    const rule = z.object({ alert: z.string(), labels: texts, annotations: texts });
    const rules = z.object({ groups: z.array(z.object({ rules: z.array(rule) })) }).parse(parse(readFileSync(file, 'utf8')));
    const shipped = rules.groups.flatMap((group) => group.rules).find(({ alert }) => alert === 'VideoProcessingErrorBudgetExhausted');
    const [sample] = alertmanager.alerts();
    expect(sample?.labels).toMatchObject(shipped?.labels ?? { missing: 'rule' });
    expect(sample?.annotations['runbook_url']).toBe(shipped?.annotations['runbook_url']);
  });
});
