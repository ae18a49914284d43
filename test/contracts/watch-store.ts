import { describe, expect, test } from 'vitest';
import { firstReconciliation } from '../../src/alerts/reconciliation/reconciliation.ts';
import type { Reconciliation } from '../../src/alerts/reconciliation/reconciliation.ts';
import type { Watchdog } from '../../src/alerts/watchdogs/watchdog.ts';
import { after, exampleAlert, exampleIncidentId, exampleStart } from '../support/examples.ts';
import type { StoreUnderTest } from './store.ts';

export function exampleReconciliation(): Reconciliation {
  return {
    ...firstReconciliation(exampleStart),
    version: 1,
    receivers: [{ name: 'tocsin', at: exampleStart }],
    senders: [{ name: 'http://alertmanager:9093', at: exampleStart }],
    suspects: [
      { kind: 'unseen', fingerprint: 'f1', since: exampleStart, looks: 2, heardAt: after(1), toldAt: after(2) },
      { kind: 'gone', fingerprint: 'f2', since: exampleStart, looks: 1, wasQuiet: true },
    ],
    quiet: [{ fingerprint: 'f2', mark: 'f2@then {"by":"inhibition"}' }],
    lastCompleteAt: exampleStart,
    lastRound: { at: exampleStart, outcome: 'complete', problem: '' },
  };
}

export function exampleWatchdog(overrides: Partial<Watchdog> = {}): Watchdog {
  return { schema: 1, version: 1, key: '', labels: {}, lastSeenAt: exampleStart, inTime: 0, ...overrides };
}

export function describeWatchStores({ store, handles }: StoreUnderTest): void {
  describe('what watches over Alertmanager', () => {
    test('the reconciliation is one document, changed by compare-and-set', async () => {
      const { reconciliation } = store();
      const first = exampleReconciliation();
      const next = { ...firstReconciliation(after(60)), version: 2 };
      expect(await reconciliation.get()).toBeUndefined();
      expect(await reconciliation.put(first, 0)).toBe(true);
      expect(await reconciliation.put(first, 0)).toBe(false);
      expect(await reconciliation.get()).toEqual(first);
      expect(await reconciliation.put(next, 1)).toBe(true);
      expect(await reconciliation.put(next, 1)).toBe(false);
      expect(await reconciliation.get()).toEqual(next);
    });

    test('of two processes that claim the same round one gets it', async () => {
      const [a, b] = await handles();
      await a.reconciliation.put(exampleReconciliation(), 0);
      const claims = [a, b, a, b].map((handle, index) =>
        handle.reconciliation.put({ ...exampleReconciliation(), version: 2, dueAt: after(index) }, 1),
      );
      expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1);
    });

    test('watchdogs are listed by their key, and each is changed by compare-and-set', async () => {
      const { watchdogs } = store();
      const hostile = { '$where.a': 'x', '': 'y' };
      const silent = exampleWatchdog({
        key: 'cluster="b"',
        labels: hostile,
        silentSince: after(1),
        untold: { status: 'resolved', startsAt: after(1), endsAt: after(2) },
      });
      expect(await watchdogs.put(silent, 0)).toBe(true);
      expect(await watchdogs.put(exampleWatchdog({ key: 'cluster="a"' }), 0)).toBe(true);
      expect(await watchdogs.put(exampleWatchdog({ key: 'cluster="a"' }), 0)).toBe(false);
      expect((await watchdogs.list()).map(({ key }) => key)).toEqual(['cluster="a"', 'cluster="b"']);
      expect(await watchdogs.get('cluster="b"')).toEqual(silent);
      expect(await watchdogs.get('cluster="c"')).toBeUndefined();
      expect(await watchdogs.put(exampleWatchdog({ key: 'cluster="a"', version: 2, inTime: 1 }), 1)).toBe(true);
      expect(await watchdogs.put(exampleWatchdog({ key: 'cluster="a"', version: 2 }), 1)).toBe(false);
      expect(await watchdogs.get('cluster="a"')).toMatchObject({ inTime: 1 });
    });

    test('what fires is read page by page, and nothing twice while nothing changes', async () => {
      const { alerts, firing } = store();
      const via = { sender: 'http://alertmanager:9093', receiver: 'tocsin' };
      const names = Array.from({ length: 7 }, (_, index) => `f${index}`);
      for (const [index, fingerprint] of names.entries()) {
        await alerts.put(exampleAlert({ fingerprint, lastSeenAt: after(Math.floor(index / 3)), ...(index === 4 ? { via } : {}) }), 0);
      }
      await alerts.put(exampleAlert({ fingerprint: 'ended', status: 'resolved', lastSeenAt: after(1) }), 0);
      await alerts.put(exampleAlert({ fingerprint: 'last', incidentId: exampleIncidentId('inc_1'), lastSeenAt: after(9) }), 0);
      const read = [];
      for (let last; ; last = read.at(-1)) {
        const page = await firing.page(last, 2);
        if (page.length === 0) break;
        read.push(...page);
      }
      expect(read.map(({ fingerprint }) => fingerprint)).toEqual([...names, 'last']);
      expect(read[4]).toEqual({ key: exampleAlert({ fingerprint: 'f4' }).key, fingerprint: 'f4', lastSeenAt: after(1), via });
      expect(read[7]).toMatchObject({ incidentId: 'inc_1' });
    });
  });
}
