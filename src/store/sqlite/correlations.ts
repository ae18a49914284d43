import type { IncidentStore } from '../../incidents/ports.ts';
import { documents } from '../documents.ts';
import type { Database } from './database.ts';

/** Which incident collects a correlation key's alerts now. */
export function createCorrelations(db: Database): Pick<IncidentStore, 'getCorrelation' | 'moveCorrelation'> {
  const get = db.prepare('SELECT key, incident_id AS incidentId FROM correlations WHERE key = :key');
  const insert = db.prepare('INSERT INTO correlations (key, incident_id) VALUES (:key, :to) ON CONFLICT DO NOTHING');
  const move = db.prepare('UPDATE correlations SET incident_id = :to WHERE key = :key AND incident_id = :from');

  return {
    getCorrelation: (key) =>
      db.read(() => {
        const row = get.get({ key });
        return row === undefined ? undefined : documents.correlation.parse(row);
      }),
    moveCorrelation: (key, from, to) =>
      db.write(() => Number((from === undefined ? insert.run({ key, to }) : move.run({ key, from, to })).changes) === 1),
  };
}
