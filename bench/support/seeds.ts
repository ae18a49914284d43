import { copyFileSync, existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Alert } from '../../src/alerts/alert.ts';
import type { AlertLink, Incident } from '../../src/incidents/incident.ts';
import { alertEntry, incidentIdFor } from '../../src/incidents/open.ts';
import { addMs, toInstant } from '../../src/kernel/instant.ts';
import type { Instant } from '../../src/kernel/instant.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { genesis, seal } from '../../src/timeline/chain.ts';
import type { TimelineEntry } from '../../src/timeline/entry.ts';
import { alertOf } from './alerts.ts';
import type { Bench } from './processes.ts';
import type { StorePlace } from './servers.ts';
import { patiently } from './waiting.ts';

/** An incident as a busy year leaves it: one alert, its entries on the timeline, nothing left to do. */
export type Seeded = { incident: Incident; entries: readonly TimelineEntry[]; alert: Alert };

const atOnce = 250;
const minuteMs = 60_000;
/** Of so many incidents one is still open. */
const openEach = 200;
const salt = () => '00112233445566778899aabbccddeeff';

/** The incident with this number. `change` makes of it what a benchmark needs. */
export function seedIncident(number: number, change: Partial<Incident> = {}): Seeded {
  const { labels, annotations, fingerprint } = alertOf({ run: 'seed', index: number, grouping: 'own', severity: 'warning' });
  const now = toInstant(new Date());
  const startsAt = addMs(now, -60 * minuteMs);
  const isOpen = number % openEach === 0;
  const id = incidentIdFor(`seed ${number}`);
  const link: AlertLink = {
    key: `${fingerprint}@${startsAt}`,
    fingerprint,
    name: labels.alertname,
    target: labels.pod,
    summary: annotations.summary,
    severity: 'warning',
    status: isOpen ? 'firing' : 'resolved',
    startsAt,
    changedAt: startsAt,
  };
  const actor = { type: 'alert', fingerprint, name: labels.alertname } as const;
  const sealed = seal({ incidentId: id, head: genesis(id), now: startsAt, salt }, [
    { kind: 'declared', actor, facts: { title: annotations.summary, severity: 'warning', impact: '', service: labels.service } },
    alertEntry(link),
  ]);
  return {
    entries: sealed.entries,
    incident: {
      schema: 1,
      id,
      number,
      version: 1,
      state: isOpen ? 'triggered' : 'resolved',
      phase: isOpen ? 'investigating' : 'resolved',
      severity: 'warning',
      title: annotations.summary,
      impact: '',
      service: labels.service,
      origin: actor,
      alerts: [link],
      roles: {},
      milestones: { startedAt: startsAt, detectedAt: startsAt, ...(isOpen ? {} : { resolvedAt: now }) },
      lastAlertAt: startsAt,
      causes: [],
      due: {},
      timeline: sealed.head,
      pending: { entries: [], effects: [] },
      updatedAt: now,
      ...change,
    },
    alert: {
      schema: 1,
      key: link.key,
      version: 1,
      fingerprint,
      startsAt,
      status: link.status,
      name: link.name,
      severity: 'warning',
      labels,
      annotations,
      firstSeenAt: startsAt,
      lastSeenAt: now,
      incidentId: id,
    },
  };
}

/** Stores incidents 1 to `count`, many at a time, through the same ports as the bot. */
export async function seedStore(store: Store, count: number, seeded: (number: number) => Seeded = seedIncident): Promise<void> {
  for (let from = 1; from <= count; from += atOnce) {
    const seeds = Array.from({ length: Math.min(atOnce, count - from + 1) }, (_, index) => seeded(from + index));
    await Promise.all([
      ...seeds.flatMap(({ incident, alert }) => [
        patiently(() => store.incidents.nextNumber()),
        patiently(() => store.incidents.insert(incident)),
        patiently(() => store.alerts.put(alert, 0)),
      ]),
      patiently(() => store.timeline.insertIfAbsent(seeds.flatMap(({ entries }) => entries))),
    ]);
  }
}

/** An embedded store with so many incidents, made once in a run and copied for each who asks. */
export async function bigStore({ folder, runFolder }: Bench, count: number): Promise<StorePlace> {
  const made = join(runFolder, `incidents-${count}.db`);
  if (!existsSync(made)) {
    const part = `${made}.part`;
    const store = await openStore(`file:${part}`, { log: silentLog });
    await seedStore(store, count);
    // Closing brings everything from the log into the file.
    await store.close();
    renameSync(part, made);
  }
  const copy = join(folder, `copy-${Date.now().toString(36)}.db`);
  copyFileSync(made, copy);
  return { url: `file:${copy}`, described: `embedded store (SQLite) with ${count} incidents` };
}

/** An open critical incident that nobody has acknowledged, with its next announcement due then. */
export function seedDue(number: number, dueAt: Instant, firstStepMs: number): Seeded {
  return seedIncident(number, {
    state: 'triggered',
    phase: 'investigating',
    severity: 'critical',
    isAnnounced: true,
    escalation: { since: addMs(dueAt, -firstStepMs), done: 0, told: [], nextAt: dueAt },
    due: { escalate: dueAt },
  });
}
