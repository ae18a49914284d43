import { expect } from 'vitest';
import type { Incident } from '../../src/incidents/incident.ts';
import type { SentAlert, Wish } from '../alerts/support/payload.ts';
import { firing, webhookBody } from '../alerts/support/payload.ts';
import type { Intake } from './world.ts';

/** An alert without a runbook, and of no severity that anybody would be called for. */
export const plain = (wish: Wish = {}) => firing({ name: 'QueueOverflow', severity: 'warning', ...wish });
/** A request of one group with these alerts. */
export const body = (alerts: readonly SentAlert[], group = 'one') => webhookBody(alerts, { groupKey: `{}:{group="${group}"}` });

/** No instance twice, each record tells its incident, and each incident its records. */
export async function expectWhole(intake: Intake, incidents: readonly Incident[]): Promise<void> {
  const links = incidents.flatMap((incident) =>
    incident.alerts.map((link) => ({ key: link.key, status: link.status, incidentId: incident.id })),
  );
  const records = (await intake.alerts()).map(({ key, status, incidentId }) => ({ key, status, incidentId }));
  const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1);
  expect(links.toSorted(byKey)).toEqual(records.toSorted(byKey));
  expect(new Set(links.map(({ key }) => key)).size).toBe(links.length);
}
