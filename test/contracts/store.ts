import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import {
  exampleAlert,
  exampleDelivery,
  exampleEntries,
  exampleIncident,
  exampleIncidentId,
  exampleOutboxMessage,
} from '../support/examples.ts';
import { exampleExecutionDocument } from '../support/execution-examples.ts';
import { describeAlertStore } from './alert-store.ts';
import { describeDeliveryStore } from './delivery-store.ts';
import { describeExecutionStore } from './execution-store.ts';
import { describeIncidentStore } from './incident-store.ts';
import { describeOutboxStore } from './outbox-store.ts';
import { describeStormStore } from './storm-store.ts';
import { describeTimelineStore } from './timeline-store.ts';
import { describeWatchStores, exampleReconciliation, exampleWatchdog } from './watch-store.ts';

/** An empty store for one test. */
export type OpenedStore = {
  store: Store;
  /** Opens the same data once more, as another process would; absent where the data lives in one handle only. */
  openAgain?: () => Promise<Store>;
  /** Closes every handle and removes the data. */
  close: () => Promise<void>;
};

/** What a contract test works on: the store and, where there can be one, a second handle on the same data. */
export type StoreUnderTest = {
  store: () => Store;
  /** Two handles on the same data, or the same handle twice. */
  handles: () => Promise<readonly [Store, Store]>;
};

/** What every store promises, whatever holds the data. */
export function describeStoreContract(name: string, open: () => Promise<OpenedStore>, how: { lives: 'in memory' | 'on disk' }): void {
  describe(name, () => {
    let opened: OpenedStore | undefined;
    const current = () => {
      if (opened === undefined) throw new Error('no store is open');
      return opened;
    };
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(async () => {
      await opened?.close();
      opened = undefined;
    });

    const underTest: StoreUnderTest = {
      store: () => current().store,
      handles: async () => {
        const { store, openAgain } = current();
        return [store, openAgain === undefined ? store : await openAgain()];
      },
    };
    describeDeliveryStore(underTest);
    describeAlertStore(underTest);
    describeIncidentStore(underTest);
    describeTimelineStore(underTest);
    describeOutboxStore(underTest);
    describeStormStore(underTest);
    describeExecutionStore(underTest);
    describeWatchStores(underTest);

    test('answers a ping while it can take a write', async () => {
      await current().store.ping();
      await current().store.ping();
    });

    if (how.lives === 'in memory') return;

    test('keeps everything when it is closed and opened again', async () => {
      const { store, openAgain } = current();
      if (openAgain === undefined) throw new Error('a store on disk can be opened again');
      const delivery = exampleDelivery();
      const incident = exampleIncident({ number: await store.incidents.nextNumber() });
      const entries = exampleEntries(incident.id);
      await store.deliveries.append(delivery);
      await store.alerts.put(exampleAlert(), 0);
      await store.incidents.insert(incident);
      await store.incidents.moveCorrelation('video', undefined, incident.id);
      await store.timeline.insertIfAbsent(entries);
      await store.outbox.want([exampleOutboxMessage()]);
      await store.executions.insert(exampleExecutionDocument());
      await store.reconciliation.put(exampleReconciliation(), 0);
      await store.watchdogs.put(exampleWatchdog(), 0);
      const lease = await store.outbox.leaseLane({ lane: 'incidents', owner: 'a', now: incident.updatedAt, until: incident.updatedAt });
      await store.close();

      const again = await openAgain();
      expect(await again.deliveries.counts()).toEqual({ waiting: 1, done: 0, parked: 0, rejected: 0 });
      expect(await again.deliveries.lastReceivedAt()).toBe(delivery.receivedAt);
      expect(await again.alerts.get(exampleAlert().key)).toEqual(exampleAlert());
      expect(await again.incidents.get(incident.id)).toEqual(incident);
      expect(await again.incidents.getCorrelation('video')).toMatchObject({ key: 'video', incidentId: incident.id });
      expect(await again.incidents.nextNumber()).toBe(incident.number + 1);
      expect(await again.timeline.read(incident.id)).toEqual(entries);
      expect(await again.outbox.get(exampleOutboxMessage().key)).toEqual(exampleOutboxMessage());
      expect(await again.reconciliation.get()).toEqual(exampleReconciliation());
      expect(await again.watchdogs.list()).toEqual([exampleWatchdog()]);
      expect(await again.executions.get(exampleExecutionDocument().id)).toEqual(exampleExecutionDocument());
      expect(await again.outbox.leaseLane({ lane: 'incidents', owner: 'a', now: incident.updatedAt, until: incident.updatedAt })).toEqual(
        lease,
      );
    });

    test('fails with `unavailable` once it is closed', async () => {
      const { store } = current();
      await store.close();
      await expect(store.deliveries.append(exampleDelivery())).rejects.toMatchObject({ name: 'TocsinError', code: 'unavailable' });
      await expect(store.incidents.get(exampleIncidentId('inc_1'))).rejects.toMatchObject({ code: 'unavailable' });
      await expect(store.ping()).rejects.toMatchObject({ code: 'unavailable' });
    });
  });
}
