import type { FiringStore, ReconciliationStore } from '../../alerts/reconciliation/ports.ts';
import type { WatchdogStore } from '../../alerts/watchdogs/watchdog.ts';
import type { Log } from '../../kernel/log.ts';
import { requireNextVersion } from '../derived.ts';
import { parseReadable } from '../document-kind.ts';
import { watchDocuments } from '../watch-documents.ts';
import { textOf } from './database.ts';
import type { Database, Row } from './database.ts';

export function createReconciliationStore(db: Database): ReconciliationStore {
  const kind = watchDocuments.reconciliation;
  const stored = createVersioned(db, 'reconciliation');
  return {
    get: () => stored.get('alertmanager', (text) => kind.parseText(text)),
    async put(reconciliation, expectedVersion) {
      return stored.put({ key: 'alertmanager', document: kind.check(reconciliation) }, expectedVersion);
    },
  };
}

export function createWatchdogStore({ db, log }: { db: Database; log: Log }): WatchdogStore {
  const kind = watchDocuments.watchdog;
  const stored = createVersioned(db, 'watchdog');
  const list = db.prepare(`SELECT document FROM watches WHERE kind = 'watchdog' ORDER BY key`);
  return {
    list: () => db.read(() => parseReadable(log, list.all(), (row) => kind.parseText(textOf(row, 'document')))),
    get: (key) => stored.get(key, (text) => kind.parseText(text)),
    async put(watchdog, expectedVersion) {
      return stored.put({ key: watchdog.key, document: kind.check(watchdog) }, expectedVersion);
    },
  };
}

export function createFiringStore({ db, log }: { db: Database; log: Log }): FiringStore {
  const page = db.prepare(`
    SELECT key, fingerprint, last_seen_at AS lastSeenAt, document ->> '$.incidentId' AS incidentId, document -> '$.via' AS via
    FROM alerts WHERE status = 'firing' AND (last_seen_at, key) > (:lastSeenAt, :key) ORDER BY last_seen_at, key LIMIT :limit`);
  return {
    page: (after, limit) =>
      db.read(() => {
        const { lastSeenAt, key } = after ?? { lastSeenAt: '', key: '' };
        return parseReadable(log, page.all({ lastSeenAt, key, limit }), firingOf);
      }),
  };
}

function firingOf({ incidentId, via, ...row }: Row) {
  return watchDocuments.firing.parse({
    ...row,
    ...(incidentId === null ? {} : { incidentId }),
    ...(typeof via === 'string' ? { via: JSON.parse(via) } : {}),
  });
}

type Versioned = { key: string; document: { version: number } };

/** Small documents that are changed by compare-and-set on their version. */
function createVersioned(db: Database, kind: 'reconciliation' | 'watchdog') {
  const get = db.prepare('SELECT document FROM watches WHERE kind = :kind AND key = :key');
  const insert = db.prepare(`
    INSERT INTO watches (kind, key, version, document) VALUES (:kind, :key, :version, :document) ON CONFLICT DO NOTHING`);
  const update = db.prepare(`
    UPDATE watches SET version = :version, document = :document WHERE kind = :kind AND key = :key AND version = :expectedVersion`);
  return {
    get: <T>(key: string, parse: (text: string) => T): Promise<T | undefined> =>
      db.read(() => {
        const row = get.get({ kind, key });
        return row === undefined ? undefined : parse(textOf(row, 'document'));
      }),
    async put({ key, document }: Versioned, expectedVersion: number): Promise<boolean> {
      requireNextVersion(document, expectedVersion);
      const columns = { kind, key, version: document.version, document: JSON.stringify(document) };
      const result = await db.write(() => (expectedVersion === 0 ? insert.run(columns) : update.run({ ...columns, expectedVersion })));
      return Number(result.changes) === 1;
    },
  };
}
