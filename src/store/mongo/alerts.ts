import type { AlertStore } from '../../alerts/ports.ts';
import type { Log } from '../../kernel/log.ts';
import { requireNextVersion } from '../derived.ts';
import { parseReadable } from '../document-kind.ts';
import { documents } from '../documents.ts';
import { attempt } from './errors.ts';
import { fromStored, insertOne, limits, optional, replaceVersion, toStored } from './stored.ts';
import type { Documents } from './stored.ts';

export function createAlertStore(deps: { alerts: Documents; log: Log }): AlertStore {
  const { alerts, log } = deps;
  return {
    get: (key) => attempt(async () => optional(documents.alert, await alerts.findOne({ _id: key }, limits))),
    latest: (fingerprint) =>
      attempt(async () => optional(documents.alert, await alerts.findOne({ fingerprint }, { ...limits, sort: { startsAt: -1, _id: -1 } }))),
    async put(alert, expectedVersion) {
      requireNextVersion(alert, expectedVersion);
      const stored = toStored(alert.key, documents.alert.check(alert));
      return attempt(() => (expectedVersion === 0 ? insertOne(alerts, stored) : replaceVersion(alerts, stored, expectedVersion)));
    },
    async list({ status, limit }) {
      const filter = status === undefined ? {} : { status };
      const found = await attempt(() => alerts.find(filter, { ...limits, sort: { lastSeenAt: -1, _id: -1 }, limit }).toArray());
      return parseReadable(log, found, (stored) => fromStored(documents.alert, stored));
    },
  };
}
