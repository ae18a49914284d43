import { severities } from '../../incidents/incident.ts';
import type { IncidentId } from '../../incidents/incident.ts';
import type { IncidentStore } from '../../incidents/ports.ts';
import { describeError, TocsinError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { NumberRange, StormStore } from '../../outbox/ports.ts';
import type { StormCount, StormCounts } from '../../outbox/storm.ts';
import { requireNextVersion } from '../derived.ts';
import { documents } from '../documents.ts';
import { numberOf, textOf } from './database.ts';
import type { Database, Row } from './database.ts';

/** SQLite: the largest number that a column may hold, so that a range without an end has one. */
const noEnd = Number.MAX_SAFE_INTEGER;

export function createStormStore(deps: { db: Database; incidents: Pick<IncidentStore, 'get'>; log: Log }): StormStore {
  const { db, incidents, log } = deps;
  const statements = prepareStorms(db);
  const one = (row: Row | undefined) => (row === undefined ? undefined : documents.storm.parseText(textOf(row, 'document')));
  const bounds = ({ from, to = noEnd }: NumberRange) => ({ from, to });

  return {
    latest: () => db.read(() => one(statements.latest.get())),
    get: (number) => db.read(() => one(statements.get.get({ number }))),
    async insert(storm) {
      requireNextVersion(storm, 0);
      const { number, version } = documents.storm.check(storm);
      return db.write(() => Number(statements.insert.run({ number, version, document: JSON.stringify(storm) }).changes) === 1);
    },
    async replace(storm, expectedVersion) {
      requireNextVersion(storm, expectedVersion);
      const { number, version } = documents.storm.check(storm);
      const columns = { number, version, expectedVersion, document: JSON.stringify(storm) };
      return db.write(() => Number(statements.replace.run(columns).changes) === 1);
    },
    countIncidents: (range) => db.read(() => countsOf(statements.count.all(bounds(range)))),
    async listOpen({ severity, limit, ...range }) {
      const rows = await db.read(() => statements.listOpen.all({ ...bounds(range), severity, limit }));
      const found = await Promise.all(rows.map((row) => readable(log, () => incidents.get(incidentIdOf(row)))));
      return found.filter((incident) => incident !== undefined);
    },
  };
}

function prepareStorms(db: Database) {
  return {
    latest: db.prepare('SELECT document FROM storms ORDER BY number DESC LIMIT 1'),
    get: db.prepare('SELECT document FROM storms WHERE number = :number'),
    insert: db.prepare('INSERT INTO storms (number, version, document) VALUES (:number, :version, :document) ON CONFLICT DO NOTHING'),
    replace: db.prepare('UPDATE storms SET version = :version, document = :document WHERE number = :number AND version = :expectedVersion'),
    // The planner would take the index of the unique number and read every document of the range.
    count: db.prepare(`
      SELECT severity, count(*) AS incidents, sum(state = 'triggered') AS unacknowledged, sum(state = 'resolved') AS resolved,
        sum((SELECT count(*) FROM incident_alerts WHERE incident_id = incidents.id)) AS alerts
      FROM incidents INDEXED BY incidents_storm WHERE number BETWEEN :from AND :to GROUP BY severity`),
    listOpen: db.prepare(`
      SELECT id FROM incidents INDEXED BY incidents_storm
      WHERE number BETWEEN :from AND :to AND severity = :severity AND state <> 'resolved' ORDER BY number LIMIT :limit`),
  };
}

function incidentIdOf(row: Row): IncidentId {
  // The brand of what an incident was stored under.
  return textOf(row, 'id') as IncidentId;
}

/** One damaged incident must not keep the others from being told of. */
async function readable<T>(log: Log, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof TocsinError && error.retryable) throw error;
    log.error({ error: describeError(error) }, 'a stored document cannot be read and is left out of a list');
    return undefined;
  }
}

function countsOf(rows: readonly Row[]): StormCounts {
  const counts = new Map(rows.map((row) => [textOf(row, 'severity'), countOf(row)]));
  const none: StormCount = { incidents: 0, unacknowledged: 0, resolved: 0, alerts: 0 };
  const [critical = none, warning = none, info = none] = severities.map((severity) => counts.get(severity));
  return { critical, warning, info };
}

function countOf(row: Row): StormCount {
  return {
    incidents: numberOf(row, 'incidents'),
    unacknowledged: numberOf(row, 'unacknowledged'),
    resolved: numberOf(row, 'resolved'),
    alerts: numberOf(row, 'alerts'),
  };
}
