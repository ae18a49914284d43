import type { Filter } from 'mongodb';
import { severities } from '../../incidents/incident.ts';
import type { Severity } from '../../incidents/incident.ts';
import type { Log } from '../../kernel/log.ts';
import type { NumberRange, StormStore } from '../../outbox/ports.ts';
import type { StormCount, StormCounts } from '../../outbox/storm.ts';
import { requireNextVersion } from '../derived.ts';
import { parseReadable } from '../document-kind.ts';
import { documents } from '../documents.ts';
import { attempt } from './errors.ts';
import { fromStored, insertOne, limits, optional, replaceVersion, toStored } from './stored.ts';
import type { Documents, Stored } from './stored.ts';

export function createStormStore(deps: { storms: Documents; incidents: Documents; log: Log }): StormStore {
  const { storms, incidents, log } = deps;
  return {
    async latest() {
      const found = await attempt(() => storms.findOne({}, { ...limits, sort: { number: -1 } }));
      return optional(documents.storm, found);
    },
    get: (number) => attempt(async () => optional(documents.storm, await storms.findOne({ _id: idOf(number) }, limits))),
    async insert(storm) {
      requireNextVersion(storm, 0);
      const stored = toStored(idOf(storm.number), documents.storm.check(storm));
      return attempt(() => insertOne(storms, stored));
    },
    async replace(storm, expectedVersion) {
      requireNextVersion(storm, expectedVersion);
      const stored = toStored(idOf(storm.number), documents.storm.check(storm));
      return attempt(() => replaceVersion(storms, stored, expectedVersion));
    },
    countIncidents: (range) => attempt(() => countIncidents(incidents, range)),
    async listOpen({ severity, limit, ...range }) {
      const open = { ...within(range), severity, state: { $ne: 'resolved' } };
      const found = await attempt(() => incidents.find(open, { ...limits, sort: { number: 1 }, limit }).toArray());
      return parseReadable(log, found, (stored) => fromStored(documents.incident, stored));
    },
  };
}

function idOf(number: number): string {
  return String(number);
}

function within({ from, to }: NumberRange): Filter<Stored> {
  return { number: { $gte: from, ...(to === undefined ? {} : { $lte: to }) } };
}

/** A group by severity for each thing that is counted, which the index answers. */
async function countIncidents(incidents: Documents, range: NumberRange): Promise<StormCounts> {
  const bySeverity = async (more: Filter<Stored>) => {
    const steps = [
      { $match: { ...within(range), ...more } },
      { $group: { _id: '$severity', count: { $sum: 1 }, alerts: { $sum: '$derived.alerts' } } },
    ];
    const groups = await incidents.aggregate(steps, limits).toArray();
    return new Map(groups.map((group) => [String(group['_id']), { count: Number(group['count']), alerts: Number(group['alerts']) }]));
  };
  const [total, triggered, resolved] = await Promise.all([{}, { state: 'triggered' }, { state: 'resolved' }].map(bySeverity));
  const none = { count: 0, alerts: 0 };
  const countOf = (severity: Severity): StormCount => {
    const [all, unseen, over] = [total, triggered, resolved].map((groups) => groups?.get(severity) ?? none);
    return { incidents: all?.count ?? 0, unacknowledged: unseen?.count ?? 0, resolved: over?.count ?? 0, alerts: all?.alerts ?? 0 };
  };
  const [critical, warning, info] = severities;
  return { critical: countOf(critical), warning: countOf(warning), info: countOf(info) };
}
