import type { Log } from '../../kernel/log.ts';
import type { TimelineStore } from '../../timeline/ports.ts';
import { documents } from '../documents.ts';
import { textOf } from './database.ts';
import type { Database, Row } from './database.ts';

/** SQLite: LIMIT -1 means all rows. */
const all = -1;

export function createTimelineStore(deps: { db: Database; log: Log }): TimelineStore {
  const { db } = deps;
  const insert = db.prepare(
    'INSERT INTO timeline (incident_id, seq, document) VALUES (:incidentId, :seq, :document) ON CONFLICT DO NOTHING',
  );
  const get = db.prepare('SELECT document FROM timeline WHERE incident_id = :incidentId AND seq = :seq');
  const read = db.prepare('SELECT document FROM timeline WHERE incident_id = :incidentId AND seq > :afterSeq ORDER BY seq LIMIT :limit');
  const toEntry = (row: Row) => documents.entry.parseText(textOf(row, 'document'));

  return {
    async insertIfAbsent(entries) {
      const rows = entries.map((entry) => {
        const { incidentId, seq } = documents.entry.check(entry);
        return { incidentId, seq, document: JSON.stringify(entry) };
      });
      await db.write(() => {
        for (const row of rows) insert.run(row);
      });
    },
    get: (incidentId, seq) =>
      db.read(() => {
        const row = get.get({ incidentId, seq });
        return row === undefined ? undefined : toEntry(row);
      }),
    // An unreadable entry fails the whole read: leaving it out would look like tampering to whoever verifies the chain.
    read: (incidentId, { afterSeq = 0, limit = all } = {}) => db.read(() => read.all({ incidentId, afterSeq, limit }).map(toEntry)),
  };
}
