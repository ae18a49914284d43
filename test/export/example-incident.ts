import type { Alert } from '../../src/alerts/alert.ts';
import { acknowledgeIncident } from '../../src/incidents/acknowledge.ts';
import { applyAlerts } from '../../src/incidents/apply-alert.ts';
import { assignRole } from '../../src/incidents/assign-role.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { addNote } from '../../src/incidents/note.ts';
import { recordMeasurement, recordThread } from '../../src/incidents/record.ts';
import { resolveIncident } from '../../src/incidents/resolve.ts';
import { postUpdate } from '../../src/incidents/update.ts';
import { toInstant } from '../../src/kernel/instant.ts';
import { shippedRunbook } from '../chat/chat-desk.ts';
import { alertLink, ana, ben, createTestDesk } from '../support/desk.ts';
import type { TestDesk } from '../support/desk.ts';

const minuteMs = 60_000;

/** How far the example incident went. */
export type Until = 'opened' | 'measured' | 'acknowledged' | 'updated' | 'cleared' | 'resolved';
const order: readonly Until[] = ['opened', 'measured', 'acknowledged', 'updated', 'cleared', 'resolved'];

/** One whole incident from its alert to its end, made by the verbs themselves: two workers and a gateway fail, a deploy was guilty. */
export async function exampleIncident(until: Until, desk: TestDesk = createTestDesk()): Promise<{ desk: TestDesk; incident: Incident }> {
  const runbook = shippedRunbook();
  const { change, clock } = desk;
  const now = () => toInstant(clock.now());
  const reached = (stage: Until) => order.indexOf(until) >= order.indexOf(stage);
  const alert = (fingerprint: string, target: string) =>
    alertLink({
      fingerprint,
      key: `${fingerprint}@${now()}`,
      target,
      severity: 'critical',
      summary: 'Error rate is above 1% over the last 24 hours',
      startsAt: now(),
      changedAt: now(),
      generatorUrl: 'https://prometheus.example/graph?g0.expr=errors',
    });
  const first = alert('a1b2c3d4e5f60718', 'gpu-worker');
  clock.advance(30_000);
  const opened = await desk.open({
    title: runbook.title,
    severity: 'critical',
    impact: runbook.impact?.user ?? '',
    by: { type: 'alert', fingerprint: first.fingerprint, name: first.name },
    runbook: { path: runbook.path, title: runbook.title, digest: runbook.digest, matchedBy: 'title' },
    alert: first,
  });
  const { id } = opened;
  await putAlert(desk, first.key, { pod: 'gpu-worker-7d9f-x2x4q', dashboard: true });
  await recordThread(change, { id, channel: 'C0INCIDENTS', ts: '1772334030.000100' });
  clock.advance(minuteMs);
  const second = alert('b1b2c3d4e5f60718', 'gpu-worker');
  await applyAlerts(change, { id, alerts: [second], policy: {} });
  await applyAlerts(change, { id, alerts: [alert('c1b2c3d4e5f60718', 'api-gateway')], policy: {} });
  if (reached('measured')) {
    const measurement = {
      label: 'Current error rate',
      promql: 'sum(rate(video_processing_errors_total[1h]))',
      at: now(),
      unit: '%',
      value: 7.4213,
    };
    await recordMeasurement(change, { id, measurement });
  }
  if (reached('acknowledged')) {
    clock.advance(2 * minuteMs);
    await acknowledgeIncident(change, { id, cause: 'ack', by: ana });
    await assignRole(change, { id, cause: 'lead', by: ana, role: 'commander', person: ana });
    await assignRole(change, { id, cause: 'comms', by: ana, role: 'communications', person: ben });
    await addNote(change, { id, cause: 'note', by: ben, text: 'The deploy of 02:50 looks guilty: <gpu-worker> v1.42 & its *new* model' });
  }
  if (reached('updated')) {
    clock.advance(10 * minuteMs);
    await postUpdate(change, {
      id,
      cause: 'update',
      by: ana,
      phase: 'identified',
      text: 'A bad deploy. We roll back now.\nNext update 03:45 UTC.',
    });
  }
  if (reached('cleared')) {
    clock.advance(15 * minuteMs);
    const { alerts } = await desk.fresh(opened);
    for (const link of alerts) await applyAlerts(change, { id, alerts: [{ ...link, status: 'resolved', changedAt: now() }], policy: {} });
  }
  if (reached('resolved')) {
    clock.advance(5 * minuteMs);
    await resolveIncident(change, {
      id,
      cause: 'resolve',
      by: { type: 'user', ...ana },
      text: 'Rolled back to v1.41. The error rate is normal.',
    });
  }
  return { desk, incident: await desk.fresh(opened) };
}

async function putAlert({ store, clock }: TestDesk, key: string, about: { pod: string; dashboard: boolean }): Promise<void> {
  const now = toInstant(clock.now());
  const [fingerprint = '', startsAt = ''] = key.split('@');
  const stored: Alert = {
    schema: 1,
    key,
    version: 1,
    fingerprint,
    startsAt: toInstant(new Date(startsAt)),
    status: 'firing',
    name: 'VideoProcessingErrorBudgetExhausted',
    severity: 'critical',
    labels: {
      alertname: 'VideoProcessingErrorBudgetExhausted',
      namespace: 'video-processing',
      pod: about.pod,
      severity: 'critical',
      team: 'video',
    },
    annotations: {
      summary: 'Error rate is above 1% over the last 24 hours',
      ...(about.dashboard ? { dashboard_url: 'https://grafana.example/d/video' } : {}),
    },
    firstSeenAt: now,
    lastSeenAt: now,
  };
  await store.alerts.put(stored, 0);
}
