import type { IncidentStore } from '../../incidents/ports.ts';
import { openCountOf } from '../open-count.ts';
import type { Database } from './database.ts';

/** Counts open incidents from an index that holds nothing else. */
export function createOpenCounts(db: Database): Pick<IncidentStore, 'countOpen'> {
  const countOpen = db.prepare(`
    SELECT state, severity, count(*) AS count FROM incidents WHERE state <> 'resolved' GROUP BY state, severity`);
  return { countOpen: () => db.read(() => countOpen.all().map(openCountOf)) };
}
