import type { ExecutionStore, LockStore } from '../../executions/ports.ts';
import { requireNextVersion } from '../derived.ts';
import { executionDocuments, storedExecutionOf } from '../execution-document.ts';
import { executionId } from '../execution-fields.ts';
import { textOf } from './database.ts';
import type { Database } from './database.ts';

export function createExecutionStore(db: Database): ExecutionStore {
  const get = db.prepare('SELECT document FROM executions WHERE id = :id');
  const insert = db.prepare(`
    INSERT INTO executions (id, version, incident_id, created_at, document)
    VALUES (:id, :version, :incidentId, :createdAt, :document) ON CONFLICT DO NOTHING`);
  const update = db.prepare('UPDATE executions SET version = :version, document = :document WHERE id = :id AND version = :expectedVersion');

  const madeBefore = db.prepare(`
    SELECT id, incident_id AS incidentId, created_at AS createdAt FROM executions
    WHERE created_at < :before AND (created_at, id) > (:afterCreatedAt, :afterId) ORDER BY created_at, id LIMIT :limit`);
  const known = db.prepare('SELECT id FROM executions WHERE id IN (SELECT value FROM json_each(:ids))');
  const remove = db.prepare('DELETE FROM executions WHERE id IN (SELECT value FROM json_each(:ids))');

  return {
    async insert(document) {
      requireNextVersion(document, 0);
      const { id, version, incidentId, createdAt } = executionDocuments.execution.check(document);
      const columns = { id, version, incidentId, createdAt, document: JSON.stringify(document) };
      return db.write(() => Number(insert.run(columns).changes) === 1);
    },
    get: (id) =>
      db.read(() => {
        const row = get.get({ id });
        return row === undefined ? undefined : executionDocuments.execution.parseText(textOf(row, 'document'));
      }),
    async replace(document, expectedVersion) {
      requireNextVersion(document, expectedVersion);
      const { id, version } = executionDocuments.execution.check(document);
      const columns = { id, version, document: JSON.stringify(document), expectedVersion };
      return db.write(() => Number(update.run(columns).changes) === 1);
    },
    listMadeBefore: (before, { limit, after }) =>
      db.read(() =>
        madeBefore.all({ before, limit, afterCreatedAt: after?.createdAt ?? '', afterId: after?.id ?? '' }).map(storedExecutionOf),
      ),
    known: (ids) => db.read(() => known.all({ ids: JSON.stringify(ids) }).map((row) => executionId.parse(row['id']))),
    remove: (ids) => db.write(() => Number(remove.run({ ids: JSON.stringify(ids) }).changes)),
  };
}

export function createLockStore(db: Database): LockStore {
  const get = db.prepare('SELECT key, holder, label, until FROM locks WHERE key = :key');
  const put = db.prepare(`
    INSERT INTO locks (key, holder, label, until) VALUES (:key, :holder, :label, :until)
    ON CONFLICT DO UPDATE SET holder = excluded.holder, label = excluded.label, until = excluded.until`);
  const remove = db.prepare('DELETE FROM locks WHERE key = :key AND holder = :holder');

  return {
    async lock({ now, ...wanted }) {
      const { key, holder, label, until } = executionDocuments.lock.check(wanted);
      return db.write(() => {
        const row = get.get({ key });
        const held = row === undefined ? undefined : executionDocuments.lock.parse({ ...row });
        if (held !== undefined && held.holder !== holder && held.until > now) return held;
        put.run({ key, holder, label, until });
        return wanted;
      });
    },
    async unlock(key, holder) {
      await db.write(() => remove.run({ key, holder }));
    },
  };
}
