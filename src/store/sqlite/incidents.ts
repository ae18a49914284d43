import type { Incident } from '../../incidents/incident.ts';
import type { IncidentStore } from '../../incidents/ports.ts';
import { TocsinError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { dueAt, hasPending, requireNextVersion } from '../derived.ts';
import { parseReadable } from '../document-kind.ts';
import { documents } from '../documents.ts';
import { createCorrelations } from './correlations.ts';
import { numberOf, textOf } from './database.ts';
import type { Database, Row } from './database.ts';
import { createOpenCounts } from './open-counts.ts';

export function createIncidentStore(deps: { db: Database; log: Log }): IncidentStore {
  const { db, log } = deps;
  const statements = prepareIncidents(db);
  const one = (row: Row | undefined) => (row === undefined ? undefined : toIncident(row));
  const many = (rows: readonly Row[]) => parseReadable(log, rows, toIncident);

  return {
    ...createCorrelations(db),
    ...createOpenCounts(db),
    nextNumber: () => db.write(() => numberOf(statements.count.get() ?? {}, 'value')),
    async insert(incident) {
      requireNextVersion(incident, 0);
      const columns = columnsOf(incident);
      return db.write(() => {
        if (statements.get.get({ id: incident.id }) !== undefined) return false;
        if (Number(statements.insert.run(columns).changes) === 1) return true;
        throw new TocsinError('conflict', `Incident number ${incident.number} is taken.`);
      });
    },
    get: (id) => db.read(() => one(statements.get.get({ id }))),
    getByNumber: (number) => db.read(() => one(statements.byNumber.get({ number }))),
    getByThread: (channel, ts) => db.read(() => one(statements.byThread.get({ channel, ts }))),
    async replace(incident, expectedVersion) {
      requireNextVersion(incident, expectedVersion);
      const columns = { ...columnsOf(incident), expectedVersion };
      return db.write(() => Number(statements.replace.run(columns).changes) === 1);
    },
    clearPending: (id, version) => db.write(() => Number(statements.clearPending.run({ id, version }).changes) === 1),
    list: ({ states, limit }) =>
      db.read(() =>
        many(states === undefined ? statements.list.all({ limit }) : statements.listStates.all({ states: JSON.stringify(states), limit })),
      ),
    listPending: (limit) => db.read(() => many(statements.listPending.all({ limit }))),
    listDue: (now, limit) => db.read(() => many(statements.listDue.all({ now, limit }))),
  };
}

function prepareIncidents(db: Database) {
  return {
    count: db.prepare(`
      INSERT INTO counters VALUES ('incident', 1) ON CONFLICT DO UPDATE SET value = value + 1 RETURNING value`),
    insert: db.prepare(`
      INSERT INTO incidents (id, number, version, state, severity, due_at, has_pending, updated_at, channel, ts, document)
      VALUES (:id, :number, :version, :state, :severity, :dueAt, :hasPending, :updatedAt, :channel, :ts, :document) ON CONFLICT DO NOTHING`),
    replace: db.prepare(`
      UPDATE incidents SET number = :number, version = :version, state = :state, severity = :severity, due_at = :dueAt, has_pending = :hasPending,
      updated_at = :updatedAt, channel = :channel, ts = :ts, document = :document WHERE id = :id AND version = :expectedVersion`),
    clearPending: db.prepare(`
      UPDATE incidents SET has_pending = 0, document = json_set(document, '$.pending', json('{"entries":[],"effects":[]}'))
      WHERE id = :id AND version = :version`),
    get: db.prepare('SELECT document FROM incidents WHERE id = :id'),
    byNumber: db.prepare('SELECT document FROM incidents WHERE number = :number'),
    byThread: db.prepare('SELECT document FROM incidents WHERE channel = :channel AND ts = :ts ORDER BY number DESC LIMIT 1'),
    list: db.prepare('SELECT document FROM incidents ORDER BY number DESC LIMIT :limit'),
    listStates: db.prepare(`
      SELECT document FROM incidents WHERE state IN (SELECT value FROM json_each(:states)) ORDER BY number DESC LIMIT :limit`),
    listPending: db.prepare('SELECT document FROM incidents WHERE has_pending = 1 ORDER BY updated_at, number LIMIT :limit'),
    listDue: db.prepare('SELECT document FROM incidents WHERE due_at <= :now ORDER BY due_at, number LIMIT :limit'),
  };
}

function columnsOf(incident: Incident) {
  const { id, number, version, state, severity, updatedAt, thread } = documents.incident.check(incident);
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
    document: JSON.stringify(incident),
  };
}

function toIncident(row: Row): Incident {
  return documents.incident.parseText(textOf(row, 'document'));
}
