import type { Incident } from '../../incidents/incident.ts';
import type { IncidentStore } from '../../incidents/ports.ts';
import { TocsinError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { dueAt, hasPending, requireNextVersion } from '../derived.ts';
import { parseReadable } from '../document-kind.ts';
import { createCorrelations } from './correlations.ts';
import { numberOf, textOf } from './database.ts';
import type { Database, Row } from './database.ts';
import { createIncidentCache } from './incident-cache.ts';
import type { IncidentCache } from './incident-cache.ts';
import { partsOf, toIncident, wholeColumns } from './incident-parts.ts';
import type { IncidentParts } from './incident-parts.ts';
import { createOpenCounts } from './open-counts.ts';

export function createIncidentStore(deps: { db: Database; log: Log }): IncidentStore {
  const { db, log } = deps;
  const statements = prepareIncidents(db);
  const cache = createIncidentCache();
  const load = (row: Row) => loadIncident(row, { statements, cache });
  const one = (row: Row | undefined) => (row === undefined ? undefined : load(row));
  const many = (rows: readonly Row[]) => parseReadable(log, rows, load);

  function writeParts({ id, version }: Incident, parts: IncidentParts): void {
    for (const { position, document } of parts.alerts) statements.putAlert.run({ id, position, document });
    statements.cutAlerts.run({ id, count: parts.alertCount });
    if (parts.pending !== undefined) statements.addPending.run({ id, version, document: parts.pending });
  }

  return {
    ...createCorrelations(db),
    ...createOpenCounts(db),
    nextNumber: () => db.write(() => numberOf(statements.count.get() ?? {}, 'value')),
    async insert(incident) {
      requireNextVersion(incident, 0);
      const parts = partsOf(incident, undefined);
      const columns = columnsOf(incident, parts);
      const isNew = await db.write(() => {
        if (statements.find.get({ id: incident.id }) !== undefined) return false;
        if (Number(statements.insert.run(columns).changes) !== 1)
          throw new TocsinError('conflict', `Incident number ${incident.number} is taken.`);
        writeParts(incident, parts);
        return true;
      });
      if (isNew) cache.put(incident);
      return isNew;
    },
    get: (id) => db.read(() => one(statements.find.get({ id }))),
    getByNumber: (number) => db.read(() => one(statements.byNumber.get({ number }))),
    getByThread: (channel, ts) => db.read(() => one(statements.byThread.get({ channel, ts }))),
    async replace(incident, expectedVersion) {
      requireNextVersion(incident, expectedVersion);
      const base = cache.get(incident.id);
      const isKnown = base?.version === expectedVersion;
      const parts = partsOf(incident, isKnown ? base : undefined);
      const columns = { ...columnsOf(incident, parts), expectedVersion };
      const isReplaced = await db.write(() => {
        if (Number(statements.replace.run(columns).changes) !== 1) return false;
        // Without knowing what was pending, all of it is written under this version.
        if (!isKnown) statements.clearPending.run({ id: incident.id });
        writeParts(incident, parts);
        return true;
      });
      if (isReplaced) cache.put(incident);
      return isReplaced;
    },
    async clearPending(id, version) {
      const isCleared = await db.write(() => {
        if (Number(statements.noPending.run({ id, version }).changes) !== 1) return false;
        statements.clearPending.run({ id });
        return true;
      });
      return isCleared;
    },
    list: ({ states, limit }) =>
      db.read(() =>
        many(states === undefined ? statements.list.all({ limit }) : statements.listStates.all({ states: JSON.stringify(states), limit })),
      ),
    listPending: (limit) => db.read(() => many(statements.listPending.all({ limit }))),
    listDue: (now, limit) => db.read(() => many(statements.listDue.all({ now, limit }))),
  };
}

type Statements = ReturnType<typeof prepareIncidents>;

/** The incident of a row of `found` columns: from the cache where that is what the row says, else read whole. */
function loadIncident(row: Row, { statements, cache }: { statements: Statements; cache: IncidentCache }): Incident {
  const id = textOf(row, 'id');
  const known = cache.get(id);
  if (known !== undefined && known.version === numberOf(row, 'version')) {
    if (numberOf(row, 'has_pending') === 1 || !hasPending(known)) return known;
    // It was cleared since, which leaves the version as it is.
    const cleared = { ...known, pending: { entries: [], effects: [] } };
    cache.put(cleared);
    return cleared;
  }
  const incident = toIncident(statements.whole.get({ id }) ?? {});
  cache.put(incident);
  return incident;
}

function prepareIncidents(db: Database) {
  const found = 'id, version, has_pending';
  return {
    count: db.prepare(`
      INSERT INTO counters VALUES ('incident', 1) ON CONFLICT DO UPDATE SET value = value + 1 RETURNING value`),
    insert: db.prepare(`
      INSERT INTO incidents (id, number, version, state, severity, due_at, has_pending, updated_at, channel, ts, document)
      VALUES (:id, :number, :version, :state, :severity, :dueAt, :hasPending, :updatedAt, :channel, :ts, :document) ON CONFLICT DO NOTHING`),
    replace: db.prepare(`
      UPDATE incidents SET number = :number, version = :version, state = :state, severity = :severity, due_at = :dueAt, has_pending = :hasPending,
      updated_at = :updatedAt, channel = :channel, ts = :ts, document = :document WHERE id = :id AND version = :expectedVersion`),
    putAlert: db.prepare(`
      INSERT INTO incident_alerts VALUES (:id, :position, :document) ON CONFLICT DO UPDATE SET document = excluded.document`),
    cutAlerts: db.prepare('DELETE FROM incident_alerts WHERE incident_id = :id AND position >= :count'),
    addPending: db.prepare('INSERT INTO incident_pending VALUES (:id, :version, :document)'),
    clearPending: db.prepare('DELETE FROM incident_pending WHERE incident_id = :id'),
    noPending: db.prepare('UPDATE incidents SET has_pending = 0 WHERE id = :id AND version = :version'),
    whole: db.prepare(`SELECT ${wholeColumns} FROM incidents WHERE id = :id`),
    find: db.prepare(`SELECT ${found} FROM incidents WHERE id = :id`),
    byNumber: db.prepare(`SELECT ${found} FROM incidents WHERE number = :number`),
    byThread: db.prepare(`SELECT ${found} FROM incidents WHERE channel = :channel AND ts = :ts ORDER BY number DESC LIMIT 1`),
    list: db.prepare(`SELECT ${found} FROM incidents ORDER BY number DESC LIMIT :limit`),
    listStates: db.prepare(`
      SELECT ${found} FROM incidents WHERE state IN (SELECT value FROM json_each(:states)) ORDER BY number DESC LIMIT :limit`),
    listPending: db.prepare(`SELECT ${found} FROM incidents WHERE has_pending = 1 ORDER BY updated_at, number LIMIT :limit`),
    listDue: db.prepare(`SELECT ${found} FROM incidents WHERE due_at <= :now ORDER BY due_at, number LIMIT :limit`),
  };
}

function columnsOf({ id, number, version, state, severity, updatedAt, thread, ...incident }: Incident, { head }: IncidentParts) {
  return {
    id,
    number,
    version,
    state,
    severity,
    updatedAt,
    dueAt: dueAt(incident) ?? null,
    hasPending: hasPending(incident) ? 1 : 0,
    channel: thread?.channel ?? null,
    ts: thread?.ts ?? null,
    document: head,
  };
}
