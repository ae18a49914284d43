import type { TimelineStore } from '../../timeline/ports.ts';
import { documents } from '../documents.ts';
import { attempt } from './errors.ts';
import { fromStored, insertAbsent, limits, optional, toStored } from './stored.ts';
import type { Documents } from './stored.ts';

export function createTimelineStore(deps: { timeline: Documents }): TimelineStore {
  const { timeline } = deps;
  return {
    async insertIfAbsent(entries) {
      if (entries.length === 0) return;
      const stored = entries.map((entry) => toStored(keyOf(entry.incidentId, entry.seq), documents.entry.check(entry)));
      await attempt(() => insertAbsent(timeline, stored));
    },
    get: (incidentId, seq) =>
      attempt(async () => optional(documents.entry, await timeline.findOne({ _id: keyOf(incidentId, seq) }, limits))),
    async read(incidentId, { afterSeq = 0, limit } = {}) {
      const options = { ...limits, sort: { seq: 1 }, ...(limit === undefined ? {} : { limit }) } as const;
      const found = await attempt(() => timeline.find({ incidentId, seq: { $gt: afterSeq } }, options).toArray());
      // An unreadable entry fails the whole read: leaving it out would look like tampering to whoever verifies the chain.
      return found.map((stored) => fromStored(documents.entry, stored));
    },
  };
}

function keyOf(incidentId: string, seq: number): string {
  return `${incidentId}:${seq}`;
}
