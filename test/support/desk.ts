import type { ChangeDeps } from '../../src/incidents/change.ts';
import type { EscalationLadder } from '../../src/incidents/escalation.ts';
import type { AlertLink, Incident } from '../../src/incidents/incident.ts';
import { openIncident } from '../../src/incidents/open.ts';
import type { Opening } from '../../src/incidents/open.ts';
import { createManualClock } from '../../src/kernel/clock.ts';
import type { ManualClock } from '../../src/kernel/clock.ts';
import { toInstant } from '../../src/kernel/instant.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { relayPending } from '../../src/outbox/relay.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../src/store/store.ts';

export const testStart = new Date('2026-03-01T03:00:00Z');

export const ana = { id: 'U0ANA00000', name: 'ana' };
export const ben = { id: 'U0BEN00000', name: 'ben' };

export type TestDesk = {
  store: Store;
  clock: ManualClock;
  change: ChangeDeps;
  open(opening?: Partial<Opening>): Promise<Incident>;
  /** The incident as it is stored now. */
  fresh(incident: Incident): Promise<Incident>;
  relay(): Promise<number>;
};

/** The verbs' needs over an embedded store in memory and a clock that stands still. Without a ladder nobody is told again. */
export function createTestDesk({
  ladder = [],
  changed = () => {},
}: { ladder?: EscalationLadder; changed?: ChangeDeps['changed'] } = {}): TestDesk {
  const clock = createManualClock(testStart);
  const store = openSqliteStore({ path: ':memory:', log: silentLog });
  let salts = 0;
  const change: ChangeDeps = { incidents: store.incidents, clock, salt: () => `salt-${(salts += 1)}`, ladder, changed };
  let opened = 0;
  return {
    store,
    clock,
    change,
    async open(opening = {}) {
      opened += 1;
      const { incident } = await openIncident(change, {
        cause: `test-${opened}`,
        by: { type: 'user', ...ana },
        title: 'Video processing fails',
        severity: 'warning',
        impact: '',
        service: 'video-processing',
        ...opening,
      });
      return incident;
    },
    async fresh(incident) {
      const found = await store.incidents.get(incident.id);
      if (found === undefined) throw new Error('the incident is gone');
      return found;
    },
    relay: () => relayPending(store),
  };
}

export function alertLink(overrides: Partial<AlertLink> = {}): AlertLink {
  const startsAt = toInstant(testStart);
  const fingerprint = overrides.fingerprint ?? 'a1b2c3d4e5f60718';
  return {
    key: `${fingerprint}@${startsAt}`,
    fingerprint,
    name: 'VideoProcessingErrorBudgetExhausted',
    target: 'gpu-worker',
    summary: 'Errors over 1 %',
    severity: 'warning',
    status: 'firing',
    startsAt,
    changedAt: startsAt,
    ...overrides,
  };
}
