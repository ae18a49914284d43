import { openStates } from '../../incidents/incident.ts';
import type { IncidentStore } from '../../incidents/ports.ts';
import { openCountOf } from '../open-count.ts';
import { attempt } from './errors.ts';
import { limits } from './stored.ts';
import type { Documents } from './stored.ts';

/** Counts open incidents by the index on state and severity. */
export function createOpenCounts(incidents: Documents): Pick<IncidentStore, 'countOpen'> {
  const pipeline = [
    { $match: { state: { $in: [...openStates] } } },
    { $group: { _id: { state: '$state', severity: '$severity' }, count: { $sum: 1 } } },
  ];
  return {
    async countOpen() {
      const groups = await attempt(() => incidents.aggregate(pipeline, limits).toArray());
      return groups.map(({ _id: group, count }) => openCountOf({ ...Object(group), count }));
    },
  };
}
