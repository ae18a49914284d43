import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createIngest } from '../../src/alerts/ingest.ts';
import { createPace } from '../../src/alerts/pace.ts';
import { routingPolicy } from '../../src/alerts/policy.ts';
import { createReadAhead } from '../../src/alerts/read-ahead.ts';
import { deliveryIds, receiveDelivery } from '../../src/alerts/receive.ts';
import { settingsSchema } from '../../src/config/settings.ts';
import { createIntakeRoom } from '../../src/http/intake-room.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { createHttpServer } from '../../src/http/server.ts';
import { createWebhook } from '../../src/http/webhook.ts';
import { firingAlerts } from '../../src/incidents/incident.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { TocsinError } from '../../src/kernel/errors.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { startLoop } from '../../src/kernel/loop.ts';
import { createPrometheus } from '../../src/prometheus/prometheus.ts';
import { createRunbookLibrary, loadRunbooks } from '../../src/runbooks/library.ts';
import { fingerprintOf } from '../../src/simulator/alertmanager/fingerprint.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { alertmanagerProgram, startAlertmanager } from './support/alertmanager.ts';
import { prometheusProgram, startExporter, startPrometheus } from './support/prometheus.ts';
import type { Exporter } from './support/prometheus.ts';
import { requireOrSkip } from './support/require.ts';

const token = 'webhook-token-0123456789';
const installed = alertmanagerProgram !== undefined && prometheusProgram !== undefined;
const describeReal = requireOrSkip(
  'Prometheus with Alertmanager',
  installed,
  'install the packages prometheus and prometheus-alertmanager',
);

const rule = {
  alert: 'VideoProcessingErrorBudgetExhausted',
  expr: 'video_error_rate > 1',
  labels: { severity: 'critical', service: 'video-processing' },
  annotations: {
    summary: 'Error rate of {{ $labels.pod }} is {{ $value }} %',
    runbook_url: 'https://runbooks.example.com/video-processing-error-budget.md',
  },
};

const until = { timeout: 60_000, interval: 100 };

/** Our intake over HTTP and a store whose first appends fail, as one process would run it. */
async function startIntake() {
  const store = openSqliteStore({ path: ':memory:', log: silentLog });
  const runbooks = await loadRunbooks(fileURLToPath(new URL('../../runbooks', import.meta.url)), { log: silentLog });
  let failures = 2;
  const deliveries: typeof store.deliveries = {
    ...store.deliveries,
    async append(delivery) {
      failures -= 1;
      if (failures >= 0) throw new TocsinError('unavailable', 'not yet');
      await store.deliveries.append(delivery);
    },
  };
  let salts = 0;
  const ahead = createReadAhead();
  const room = createIntakeRoom(systemClock);
  const ingest = createIngest({
    store,
    ahead,
    pace: createPace({ arrived: () => room.arrived(), clock: systemClock }),
    changeDeps: { incidents: store.incidents, clock: systemClock, salt: () => `salt-${(salts += 1)}`, changed: () => {} },
    runbooks: createRunbookLibrary(runbooks.runbooks),
    policy: routingPolicy(settingsSchema.parse({}).alerts),
    clock: systemClock,
    log: silentLog,
    owner: 'test',
  });
  const loop = startLoop({ name: 'ingest', clock: systemClock, log: silentLog, idleMs: 1000, work: (signal) => ingest.work(signal) });
  const metrics = createMetrics({ deliveries, clock: systemClock, log: silentLog });
  const receiving = { deliveries, clock: systemClock, nextId: deliveryIds(systemClock), ahead, received: () => loop.nudge() };
  const receive = (request: { body: string; userAgent: string }) => receiveDelivery(receiving, request);
  const webhook = createWebhook({ token, receive, room, metrics, clock: systemClock, log: silentLog });
  const options = { host: '127.0.0.1', port: 0, webhook, metrics, clock: systemClock, log: silentLog };
  const server = createHttpServer({ ...options, ready: () => store.ping() });
  const { port } = await server.listen();
  return {
    store,
    metrics,
    url: `http://127.0.0.1:${port}/webhooks/alertmanager`,
    async stop() {
      await server.close(0);
      await loop.stop();
      await store.close();
    },
  };
}

describeReal('a real Prometheus and a real Alertmanager', () => {
  const running: { stop(): Promise<void> }[] = [];
  let intake: Awaited<ReturnType<typeof startIntake>>;
  let exporter: Exporter;
  let prometheusUrl = '';

  beforeAll(async () => {
    intake = await startIntake();
    running.push(intake);
    exporter = await startExporter('video_error_rate');
    running.push(exporter);
    const alertmanager = await startAlertmanager({ webhookUrl: intake.url, token });
    running.push(alertmanager);
    const prometheus = await startPrometheus({ target: exporter.target, alertmanagerUrl: alertmanager.url, rules: [rule] });
    running.push(prometheus);
    prometheusUrl = prometheus.url;
  });

  afterAll(async () => {
    for (const part of running.toReversed()) await part.stop();
  });

  async function incident(): Promise<Incident> {
    const [only, ...others] = await intake.store.incidents.list({ limit: 10 });
    if (only === undefined || others.length > 0) throw new Error(`${others.length} other incidents, or none`);
    return only;
  }

  it('open one incident with its runbook, although the store was away at first', async () => {
    exporter.set('gpu-worker-0', 7.4);
    await expect.poll(async () => (await intake.store.incidents.list({ limit: 10 })).length, until).toBe(1);
    expect(await incident()).toMatchObject({
      severity: 'critical',
      service: 'video-processing',
      runbook: { path: 'video-processing-error-budget.md', matchedBy: 'runbook_url' },
      alerts: [{ name: rule.alert, target: 'gpu-worker-0', summary: 'Error rate of gpu-worker-0 is 7.4 %', status: 'firing' }],
    });
    expect(await intake.metrics.text()).toContain('tocsin_webhook_requests_total{outcome="unavailable"} 2');
  });

  it('have the fingerprint that the simulation computes', async () => {
    const [alert] = await intake.store.alerts.list({ limit: 1 });
    expect(alert?.fingerprint).toBe(fingerprintOf(alert?.labels ?? {}));
  });

  it('answer the query that the rule asks', async () => {
    const source = createPrometheus({ url: prometheusUrl });
    expect(await source.query(rule.expr)).toMatchObject({ type: 'samples', samples: [{ value: 7.4, labels: { pod: 'gpu-worker-0' } }] });
    expect(await source.query('no_such_metric')).toMatchObject({ type: 'samples', samples: [] });
    expect(await source.query('1 / 0')).toMatchObject({ samples: [{ value: Number.POSITIVE_INFINITY }] });
    expect(await source.query('up[5m]')).toMatchObject({ type: 'failed', retryable: false });
    expect(await source.query('sum(')).toMatchObject({ type: 'failed', retryable: false, reason: expect.stringContaining('parse error') });
  });

  it('let a second alert join, and clear when both have ended', async () => {
    exporter.set('gpu-worker-1', 3);
    await expect.poll(async () => firingAlerts(await incident()).length, until).toBe(2);
    exporter.set('gpu-worker-0', 0.2);
    await expect.poll(async () => firingAlerts(await incident()).map(({ target }) => target), until).toEqual(['gpu-worker-1']);
    exporter.set('gpu-worker-1', 0.2);
    await expect.poll(async () => firingAlerts(await incident()).length, until).toBe(0);
    expect((await incident()).pending.entries.map(({ kind }) => kind)).toContain('alerts_cleared');
  });

  it('bring an alert that fires anew back into the open incident, as a new instance', async () => {
    exporter.set('gpu-worker-0', 5);
    await expect.poll(async () => firingAlerts(await incident()).length, until).toBe(1);
    const { alerts } = await incident();
    expect(alerts.map(({ target }) => target)).toEqual(['gpu-worker-0', 'gpu-worker-1', 'gpu-worker-0']);
    expect(alerts[2]?.fingerprint).toBe(alerts[0]?.fingerprint);
    expect(await intake.store.deliveries.counts()).toMatchObject({ parked: 0, rejected: 0 });
  });
});
