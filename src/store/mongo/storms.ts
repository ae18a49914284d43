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

/** A group by severity for each thing that is counted, which the index answers: not every server sums two things in one pass. */
async function countIncidents(incidents: Documents, range: NumberRange): Promise<StormCounts> {
  const bySeverity = async (more: Filter<Stored>, counted: 1 | '$derived.alerts') => {
    const steps = [{ $match: { ...within(range), ...more } }, { $group: { _id: '$severity', count: { $sum: counted } } }];
    const groups = await incidents.aggregate(steps, limits).toArray();
    return new Map(groups.map((group) => [String(group['_id']), Number(group['count'])]));
  };
  const [total, triggered, resolved, alerts] = await Promise.all([
    bySeverity({}, 1),
    bySeverity({ state: 'triggered' }, 1),
    bySeverity({ state: 'resolved' }, 1),
    bySeverity({}, '$derived.alerts'),
  ]);
  const countOf = (severity: Severity): StormCount => ({
    incidents: total.get(severity) ?? 0,
    unacknowledged: triggered.get(severity) ?? 0,
    resolved: resolved.get(severity) ?? 0,
    alerts: alerts.get(severity) ?? 0,
  });
  const [critical, warning, info] = severities;
  return { critical: countOf(critical), warning: countOf(warning), info: countOf(info) };
}
