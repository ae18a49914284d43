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
  `
  CREATE TABLE watches (kind TEXT, key TEXT, version INTEGER NOT NULL, document TEXT NOT NULL, PRIMARY KEY (kind, key)) STRICT;
  `,
];

/** Brings the database to the newest version, all steps in one transaction. Refuses files of other programs and of newer versions. */
export function migrate(db: DatabaseSync, steps: readonly string[] = migrations): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    const version = numberOf(db, 'PRAGMA user_version');
    requireOwnFile(db);
    if (version > steps.length) {
      const message = `The database is of version ${version}, and this Tocsin knows versions up to ${steps.length}. Run the newer Tocsin, or restore a backup.`;
      throw new TocsinError('precondition', message);
    }
    for (const step of steps.slice(version)) db.exec(step);
    db.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${steps.length}`);
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

function requireOwnFile(db: DatabaseSync): void {
  const owner = numberOf(db, 'PRAGMA application_id');
  const empty = owner === 0 && numberOf(db, 'SELECT count(*) FROM sqlite_schema') === 0;
  if (owner === applicationId || empty) return;
  throw new TocsinError('precondition', 'The database file belongs to another program. Give Tocsin a file of its own.');
}

function numberOf(db: DatabaseSync, query: string): number {
  const value = Object.values(db.prepare(query).get() ?? {})[0];
  return typeof value === 'number' ? value : 0;
}
