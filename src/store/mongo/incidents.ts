import type { Filter, Sort } from 'mongodb';
import type { Incident } from '../../incidents/incident.ts';
import type { IncidentStore } from '../../incidents/ports.ts';
import { TocsinError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { dueAt, hasPending, requireNextVersion } from '../derived.ts';
import { parseReadable } from '../document-kind.ts';
import { documents } from '../documents.ts';
import { attempt } from './errors.ts';
import { createOpenCounts } from './open-counts.ts';
import { fromStored, insertOne, limits, optional, replaceVersion, toStored, upserting } from './stored.ts';
import type { Documents, Stored } from './stored.ts';

export function createIncidentStore(deps: { incidents: Documents; correlations: Documents; counters: Documents; log: Log }): IncidentStore {
  const { incidents, counters, log } = deps;

  const one = (filter: Filter<Stored>, sort: Sort = { number: -1 }) =>
    attempt(async () => optional(documents.incident, await incidents.findOne(filter, { ...limits, sort })));

  async function many(filter: Filter<Stored>, sort: Sort, limit: number): Promise<readonly Incident[]> {
    const found = await attempt(() => incidents.find(filter, { ...limits, sort, limit }).toArray());
    return parseReadable(log, found, (stored) => fromStored(documents.incident, stored));
  }

  return {
    ...createCorrelations(deps.correlations),
    ...createOpenCounts(incidents),
    async nextNumber() {
      const options = { ...limits, upsert: true, returnDocument: 'after' } as const;
      const counter = await attempt(() => upserting(() => counters.findOneAndUpdate({ _id: 'incident' }, { $inc: { value: 1 } }, options)));
      return Number(counter?.['value']);
    },
    async insert(incident) {
      requireNextVersion(incident, 0);
      const stored = storedIncident(incident);
      if (await attempt(() => insertOne(incidents, stored))) return true;
      if ((await attempt(() => incidents.findOne({ _id: incident.id }, { ...limits, projection: { _id: 1 } }))) !== null) return false;
      throw new TocsinError('conflict', `Incident number ${incident.number} is taken.`);
    },
    get: (id) => one({ _id: id }),
    getByNumber: (number) => one({ number }),
    getByThread: (channel, ts) => one({ 'thread.channel': channel, 'thread.ts': ts }),
    async replace(incident, expectedVersion) {
      requireNextVersion(incident, expectedVersion);
      const stored = storedIncident(incident);
      return attempt(() => replaceVersion(incidents, stored, expectedVersion));
    },
    async clearPending(id, version) {
      const cleared = { pending: { entries: [], effects: [] }, 'derived.pending': false };
      return (await attempt(() => incidents.updateOne({ _id: id, version }, { $set: cleared }, limits))).matchedCount === 1;
    },
    list: ({ states, limit }) => many(states === undefined ? {} : { state: { $in: [...states] } }, { number: -1 }, limit),
    listPending: (limit) => many({ 'derived.pending': true }, { updatedAt: 1, number: 1 }, limit),
    listDue: (now, limit) => many({ 'derived.dueAt': { $lte: now } }, { 'derived.dueAt': 1, number: 1 }, limit),
  };
}

function storedIncident(incident: Incident): Stored {
  const derived = { dueAt: dueAt(incident), pending: hasPending(incident), alerts: incident.alerts.length };
  return toStored(incident.id, documents.incident.check(incident), { derived });
}

/** Which incident collects a correlation key's alerts now: one document per key, moved by compare-and-set. */
function createCorrelations(correlations: Documents): Pick<IncidentStore, 'getCorrelation' | 'moveCorrelation'> {
  return {
    getCorrelation: (key) => attempt(async () => optional(documents.correlation, await correlations.findOne({ _id: key }, limits))),
    async moveCorrelation(key, from, to) {
      if (from === undefined) return attempt(() => insertOne(correlations, { _id: key, schema: 1, key, incidentId: to }));
      const moved = await attempt(() => correlations.updateOne({ _id: key, incidentId: from }, { $set: { incidentId: to } }, limits));
      return moved.matchedCount === 1;
    },
  };
}
