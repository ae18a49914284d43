import type { DatabaseSync } from 'node:sqlite';
import { TocsinError } from '../../kernel/errors.ts';

/** "Tocs" in ASCII: marks the file as ours, so that no other program's database is ever migrated by mistake. */
const applicationId = 0x546f6373;

/**
 * Each step takes the database from version n to n + 1, and is never changed once released. Documents are JSON text; the columns beside
 * them are what queries and compare-and-set need. For deliveries and lanes, columns hold what changes often and win over the document.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE pings (name TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE deliveries (
    id TEXT PRIMARY KEY, state TEXT NOT NULL, not_before TEXT NOT NULL, received_at TEXT NOT NULL, attempts INTEGER NOT NULL,
    in_group TEXT NOT NULL, outcome TEXT NOT NULL, lease_owner TEXT NOT NULL DEFAULT '', lease_until TEXT NOT NULL DEFAULT '', document TEXT NOT NULL
  ) STRICT;
  CREATE INDEX deliveries_claim ON deliveries (state, id, not_before, lease_until);
  CREATE INDEX deliveries_group ON deliveries (in_group, state, id);
  CREATE INDEX deliveries_received ON deliveries (received_at);

  CREATE TABLE alerts (
    key TEXT PRIMARY KEY, version INTEGER NOT NULL, fingerprint TEXT NOT NULL, starts_at TEXT NOT NULL, status TEXT NOT NULL,
    last_seen_at TEXT NOT NULL, document TEXT NOT NULL
  ) STRICT;
  CREATE INDEX alerts_latest ON alerts (fingerprint, starts_at, key);
  CREATE INDEX alerts_status ON alerts (status, last_seen_at, key);
  CREATE INDEX alerts_seen ON alerts (last_seen_at, key);

  CREATE TABLE incidents (
    id TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE, version INTEGER NOT NULL, state TEXT NOT NULL, due_at TEXT,
    has_pending INTEGER NOT NULL, updated_at TEXT NOT NULL, channel TEXT, ts TEXT, document TEXT NOT NULL
  ) STRICT;
  CREATE INDEX incidents_state ON incidents (state, number);
  CREATE INDEX incidents_due ON incidents (due_at, number) WHERE due_at IS NOT NULL;
  CREATE INDEX incidents_pending ON incidents (updated_at, number) WHERE has_pending = 1;
  CREATE INDEX incidents_thread ON incidents (channel, ts) WHERE ts IS NOT NULL;

  CREATE TABLE correlations (key TEXT PRIMARY KEY, incident_id TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE timeline (
    incident_id TEXT NOT NULL, seq INTEGER NOT NULL, document TEXT NOT NULL, PRIMARY KEY (incident_id, seq)
  ) STRICT;

  CREATE TABLE outbox (
    key TEXT PRIMARY KEY, lane TEXT NOT NULL, state TEXT NOT NULL, unsent INTEGER NOT NULL, not_before TEXT NOT NULL,
    priority REAL NOT NULL, sequence TEXT NOT NULL, version INTEGER NOT NULL, channel TEXT, ts TEXT, document TEXT NOT NULL
  ) STRICT;
  CREATE INDEX outbox_unsent ON outbox (lane, priority, sequence, key, not_before) WHERE unsent = 1;
  CREATE INDEX outbox_next ON outbox (lane, not_before) WHERE unsent = 1;
  CREATE INDEX outbox_state ON outbox (state, sequence, key);
  CREATE INDEX outbox_post ON outbox (channel, ts) WHERE ts IS NOT NULL;

  CREATE TABLE lanes (
    lane TEXT PRIMARY KEY, owner TEXT NOT NULL, token INTEGER NOT NULL, until TEXT NOT NULL, last_post_at TEXT
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE executions (id TEXT PRIMARY KEY, version INTEGER NOT NULL, document TEXT NOT NULL) STRICT;

  CREATE TABLE locks (key TEXT PRIMARY KEY, holder TEXT NOT NULL, label TEXT NOT NULL, until TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE pauses (scope TEXT PRIMARY KEY, reason TEXT NOT NULL, since TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  // What changes with each claim is kept apart from the body, so that a claim does not write the body anew; and since the deliveries of weeks
  // are kept, what is asked every second looks at the waiting ones only, and states are counted as they change.
  `
  ALTER TABLE deliveries RENAME TO old_deliveries;
  DROP INDEX deliveries_claim;
  DROP INDEX deliveries_group;
  DROP INDEX deliveries_received;

  CREATE TABLE deliveries (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, state TEXT NOT NULL, not_before TEXT NOT NULL, received_at TEXT NOT NULL,
    attempts INTEGER NOT NULL, in_group TEXT NOT NULL, outcome TEXT NOT NULL, lease_owner TEXT NOT NULL DEFAULT '',
    lease_until TEXT NOT NULL DEFAULT ''
  ) STRICT;
  CREATE INDEX deliveries_waiting ON deliveries (id) WHERE state = 'waiting';
  CREATE INDEX deliveries_waiting_group ON deliveries (in_group, id) WHERE state = 'waiting';
  CREATE INDEX deliveries_parked ON deliveries (id) WHERE state = 'parked';
  CREATE INDEX deliveries_received ON deliveries (received_at);

  CREATE TABLE delivery_documents (number INTEGER PRIMARY KEY, document TEXT NOT NULL) STRICT;

  CREATE TABLE delivery_counts (state TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO delivery_counts VALUES ('waiting', 0), ('done', 0), ('parked', 0), ('rejected', 0);
  CREATE TRIGGER deliveries_added AFTER INSERT ON deliveries BEGIN
    UPDATE delivery_counts SET count = count + 1 WHERE state = new.state;
  END;
  CREATE TRIGGER deliveries_moved AFTER UPDATE OF state ON deliveries WHEN old.state <> new.state BEGIN
    UPDATE delivery_counts SET count = count - 1 WHERE state = old.state;
    UPDATE delivery_counts SET count = count + 1 WHERE state = new.state;
  END;
  CREATE TRIGGER deliveries_removed AFTER DELETE ON deliveries BEGIN
    UPDATE delivery_counts SET count = count - 1 WHERE state = old.state;
    DELETE FROM delivery_documents WHERE number = old.number;
  END;

  INSERT INTO deliveries (number, id, state, not_before, received_at, attempts, in_group, outcome, lease_owner, lease_until)
    SELECT rowid, id, state, not_before, received_at, attempts, in_group, outcome, lease_owner, lease_until FROM old_deliveries;
  INSERT INTO delivery_documents (number, document) SELECT rowid, document FROM old_deliveries;
  DROP TABLE old_deliveries;
  `,
  // An incident's alerts and what its commits left pending become rows, so that a commit writes what it changes and no more.
  `
  CREATE TABLE incident_alerts (
    incident_id TEXT NOT NULL, position INTEGER NOT NULL, document TEXT NOT NULL, PRIMARY KEY (incident_id, position)
  ) STRICT;
  CREATE TABLE incident_pending (
    incident_id TEXT NOT NULL, version INTEGER NOT NULL, document TEXT NOT NULL, PRIMARY KEY (incident_id, version)
  ) STRICT;

  INSERT INTO incident_alerts (incident_id, position, document)
    SELECT incidents.id, CAST(link.key AS INTEGER), link.value FROM incidents, json_each(incidents.document, '$.alerts') AS link;
  INSERT INTO incident_pending (incident_id, version, document)
    SELECT id, version, json_extract(document, '$.pending') FROM incidents WHERE has_pending = 1;
  UPDATE incidents SET document = json_remove(document, '$.alerts', '$.pending');
  `,
  `
  ALTER TABLE incidents ADD COLUMN severity TEXT NOT NULL DEFAULT '';
  UPDATE incidents SET severity = document ->> '$.severity';
  CREATE INDEX incidents_open ON incidents (state, severity) WHERE state <> 'resolved';
  `,
  `
  ALTER TABLE executions ADD COLUMN incident_id TEXT NOT NULL DEFAULT '';
  ALTER TABLE executions ADD COLUMN created_at TEXT NOT NULL DEFAULT '';
  UPDATE executions SET incident_id = document ->> '$.incidentId', created_at = document ->> '$.createdAt';
  CREATE INDEX executions_age ON executions (created_at, id, incident_id);
  `,
  `
  CREATE TABLE storms (number INTEGER PRIMARY KEY, version INTEGER NOT NULL, document TEXT NOT NULL) STRICT;

  CREATE INDEX incidents_storm ON incidents (number, severity, state, id);

  ALTER TABLE outbox ADD COLUMN folded INTEGER GENERATED ALWAYS AS (json_extract(document, '$.folded')) VIRTUAL;
  CREATE INDEX outbox_folded ON outbox (lane, sequence, folded) WHERE folded > 0;
  `,
  `
  CREATE TABLE watches (kind TEXT, key TEXT, version INTEGER NOT NULL, document TEXT NOT NULL, PRIMARY KEY (kind, key)) STRICT;
  `,
  // A delivery comes as a document alone; its row and indexes are made when it is claimed. The body stands beside the document as it was sent;
  // earlier ones have it in the document.
  `
  ALTER TABLE delivery_documents ADD COLUMN id TEXT NOT NULL DEFAULT '';
  ALTER TABLE delivery_documents ADD COLUMN not_before TEXT NOT NULL DEFAULT '';
  ALTER TABLE delivery_documents ADD COLUMN received_at TEXT NOT NULL DEFAULT '';
  ALTER TABLE delivery_documents ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE delivery_documents ADD COLUMN in_group TEXT NOT NULL DEFAULT '';
  ALTER TABLE delivery_documents ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
  ALTER TABLE delivery_documents ADD COLUMN body TEXT;

  CREATE VIEW delivery_arrivals AS
    SELECT * FROM delivery_documents WHERE number > coalesce((SELECT max(number) FROM deliveries), 0);
  `,
];

/** Brings the database to the newest version, all steps in one transaction. Refuses files of other programs and of newer versions. */
export function migrate(db: DatabaseSync, steps: readonly string[] = migrations): void {
  // Nothing is written where nothing has to be: the disk may be full.
  if (requireKnown(db, steps) === steps.length) return;
  db.exec('BEGIN IMMEDIATE');
  try {
    const version = requireKnown(db, steps);
    for (const step of steps.slice(version)) db.exec(step);
    db.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${steps.length}`);
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/** The version of a database that is ours, or empty (0). Throws TocsinError `precondition` for another program's, and for one that is too new. */
export function requireKnown(db: DatabaseSync, steps: readonly string[] = migrations): number {
  const version = numberOf(db, 'PRAGMA user_version');
  const owner = numberOf(db, 'PRAGMA application_id');
  const empty = owner === 0 && numberOf(db, 'SELECT count(*) FROM sqlite_schema') === 0;
  if (owner !== applicationId && !empty) {
    throw new TocsinError('precondition', 'The database file belongs to another program. Give Tocsin a file of its own.');
  }
  if (version <= steps.length) return version;
  const message = `The database is of version ${version}, and this Tocsin knows versions up to ${steps.length}. Run the newer Tocsin, or restore a backup.`;
  throw new TocsinError('precondition', message);
}

function numberOf(db: DatabaseSync, query: string): number {
  const value = Object.values(db.prepare(query).get() ?? {})[0];
  return typeof value === 'number' ? value : 0;
}
