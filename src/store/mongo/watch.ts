import type { FiringStore, ReconciliationStore } from '../../alerts/reconciliation/ports.ts';
import type { WatchdogStore } from '../../alerts/watchdogs/watchdog.ts';
import type { Log } from '../../kernel/log.ts';
import { requireNextVersion } from '../derived.ts';
import { parseReadable } from '../document-kind.ts';
import { watchDocuments } from '../watch-documents.ts';
import { attempt } from './errors.ts';
import { fromStored, insertOne, limits, optional, replaceVersion, toStored } from './stored.ts';
import type { Documents, Stored } from './stored.ts';

const only = 'alertmanager';

export function createReconciliationStore(reconciliations: Documents): ReconciliationStore {
  const kind = watchDocuments.reconciliation;
  return {
    get: () => attempt(async () => optional(kind, await reconciliations.findOne({ _id: only }, limits))),
    async put(reconciliation, expectedVersion) {
      requireNextVersion(reconciliation, expectedVersion);
      return put(reconciliations, toStored(only, kind.check(reconciliation)), expectedVersion);
    },
  };
}

export function createWatchdogStore({ watchdogs, log }: { watchdogs: Documents; log: Log }): WatchdogStore {
  const kind = watchDocuments.watchdog;
  return {
    async list() {
      const found = await attempt(() => watchdogs.find({}, { ...limits, sort: { _id: 1 } }).toArray());
      return parseReadable(log, found, (stored) => fromStored(kind, stored));
    },
    get: (key) => attempt(async () => optional(kind, await watchdogs.findOne({ _id: key }, limits))),
    async put(watchdog, expectedVersion) {
      requireNextVersion(watchdog, expectedVersion);
      return put(watchdogs, toStored(watchdog.key, kind.check(watchdog)), expectedVersion);
    },
  };
}

export function createFiringStore({ alerts, log }: { alerts: Documents; log: Log }): FiringStore {
  const projection = { key: 1, fingerprint: 1, lastSeenAt: 1, incidentId: 1, via: 1 };
  return {
    async page(after, limit) {
      const behind =
        after === undefined
          ? {}
          : { $or: [{ lastSeenAt: { $gt: after.lastSeenAt } }, { lastSeenAt: after.lastSeenAt, _id: { $gt: after.key } }] };
      const options = { ...limits, projection, sort: { lastSeenAt: 1, _id: 1 }, limit } as const;
      const found = await attempt(() => alerts.find({ status: 'firing', ...behind }, options).toArray());
      return parseReadable(log, found, (stored) => fromStored(watchDocuments.firing, stored));
    },
  };
}

function put(collection: Documents, stored: Stored, expectedVersion: number): Promise<boolean> {
  return attempt(() => (expectedVersion === 0 ? insertOne(collection, stored) : replaceVersion(collection, stored, expectedVersion)));
}
