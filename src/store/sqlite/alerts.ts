import type { AlertStore } from '../../alerts/ports.ts';
import type { Log } from '../../kernel/log.ts';
import { requireNextVersion } from '../derived.ts';
import { parseReadable } from '../document-kind.ts';
import { documents } from '../documents.ts';
import { textOf } from './database.ts';
import type { Database, Row } from './database.ts';

export function createAlertStore(deps: { db: Database; log: Log }): AlertStore {
  const { db, log } = deps;
  const byKey = db.prepare('SELECT document FROM alerts WHERE key = :key');
  const latest = db.prepare('SELECT document FROM alerts WHERE fingerprint = :fingerprint ORDER BY starts_at DESC, key DESC LIMIT 1');
  const insert = db.prepare(`
    INSERT INTO alerts (key, version, fingerprint, starts_at, status, last_seen_at, document)
    VALUES (:key, :version, :fingerprint, :startsAt, :status, :lastSeenAt, :document) ON CONFLICT DO NOTHING`);
  const update = db.prepare(`
    UPDATE alerts SET version = :version, fingerprint = :fingerprint, starts_at = :startsAt, status = :status, last_seen_at = :lastSeenAt,
    document = :document WHERE key = :key AND version = :expectedVersion`);
  const list = db.prepare('SELECT document FROM alerts ORDER BY last_seen_at DESC, key DESC LIMIT :limit');
  const listStatus = db.prepare('SELECT document FROM alerts WHERE status = :status ORDER BY last_seen_at DESC, key DESC LIMIT :limit');
  const toAlert = (row: Row) => documents.alert.parseText(textOf(row, 'document'));

  return {
    get: (key) => db.read(() => optional(byKey.get({ key }), toAlert)),
    latest: (fingerprint) => db.read(() => optional(latest.get({ fingerprint }), toAlert)),
    async put(alert, expectedVersion) {
      requireNextVersion(alert, expectedVersion);
      const { key, version, fingerprint, startsAt, status, lastSeenAt } = documents.alert.check(alert);
      const columns = { key, version, fingerprint, startsAt, status, lastSeenAt, document: JSON.stringify(alert) };
      const result = await db.write(() => (expectedVersion === 0 ? insert.run(columns) : update.run({ ...columns, expectedVersion })));
      return Number(result.changes) === 1;
    },
    list: ({ status, limit }) =>
      db.read(() => parseReadable(log, status === undefined ? list.all({ limit }) : listStatus.all({ status, limit }), toAlert)),
  };
}

function optional<T>(row: Row | undefined, parse: (row: Row) => T): T | undefined {
  return row === undefined ? undefined : parse(row);
}
