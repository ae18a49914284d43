import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { silentLog } from '../../src/kernel/log.ts';
import { migrate, migrations } from '../../src/store/sqlite/migrations.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { alertLink } from '../support/desk.ts';
import { after, exampleDelivery, exampleEntries, exampleIncident } from '../support/examples.ts';

/** A file as the first releases left it: each delivery and each incident is one document. */
function oldFile(): string {
  const dir = mkdtempSync(join(tmpdir(), 'tocsin-old-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const path = join(dir, 'tocsin.db');
  const db = new DatabaseSync(path);
  migrate(db, migrations.slice(0, 3));
  const addDelivery = db.prepare(
    `INSERT INTO deliveries VALUES (:id, :state, :notBefore, :receivedAt, :attempts, :group, :outcome, '', '', :document)`,
  );
  for (const delivery of deliveries) {
    const { state, attempts, notBefore, outcome, ...document } = delivery;
    const { id, receivedAt, group } = delivery;
    addDelivery.run({ id, state, notBefore, receivedAt, attempts, group, outcome, document: JSON.stringify(document) });
  }
  const addIncident = db.prepare(
    `INSERT INTO incidents VALUES (:id, :number, :version, :state, NULL, :hasPending, :updatedAt, NULL, NULL, :document)`,
  );
  for (const incident of incidents) {
    const { id, number, version, state, updatedAt, pending } = incident;
    addIncident.run({
      id,
      number,
      version,
      state,
      updatedAt,
      hasPending: pending.entries.length > 0 ? 1 : 0,
      document: JSON.stringify(incident),
    });
  }
  db.close();
  return path;
}

const deliveries = [
  exampleDelivery({ id: 'dlv_0001', body: '{"é":"\\u0000"}' }),
  exampleDelivery({ id: 'dlv_0002', state: 'parked', attempts: 5, outcome: 'why', receivedAt: after(1) }),
  exampleDelivery({ id: 'dlv_0003', state: 'done', receivedAt: after(2) }),
];
const incidents = [
  exampleIncident({ number: 1, alerts: [alertLink(), alertLink({ key: 'other', summary: 'a "quoted", one' })] }),
  exampleIncident({
    number: 2,
    pending: { entries: exampleEntries('inc_2'), effects: [{ key: 'k', view: { type: 'card' }, revision: 1 }] },
  }),
];

test('what the first releases stored is all there, and can be worked on', async () => {
  const store = openSqliteStore({ path: oldFile(), log: silentLog });
  onTestFinished(() => store.close());
  for (const delivery of deliveries) expect(await store.deliveries.get(delivery.id)).toEqual(delivery);
  expect(await store.deliveries.counts()).toEqual({ waiting: 1, done: 1, parked: 1, rejected: 0 });
  expect(await store.deliveries.claim({ now: after(60), lease: { owner: 'a', until: after(90) }, limit: 9 })).toHaveLength(1);
  expect(await store.deliveries.prune(after(60))).toBe(2);
  expect(await store.deliveries.counts()).toEqual({ waiting: 1, done: 0, parked: 0, rejected: 0 });
  for (const incident of incidents) expect(await store.incidents.get(incident.id)).toEqual(incident);
  expect((await store.incidents.listPending(9)).map(({ number }) => number)).toEqual([2]);
});
