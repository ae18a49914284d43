import type { Delivery } from '../../alerts/alert.ts';
import { maxTries, suspectTries } from '../../alerts/ports.ts';
import type { DeliveryStore } from '../../alerts/ports.ts';
import { toInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Log } from '../../kernel/log.ts';
import { parseReadable } from '../document-kind.ts';
import { documents } from '../documents.ts';
import { arrivalCount, createArrivals, oldestArrival } from './arrivals.ts';
import { createDamageLatch } from './damage-latch.ts';
import { countsOf, numberOf, textOf } from './database.ts';
import type { Database, Row } from './database.ts';

/** So many get their rows in one turn of the event loop. */
const filedAtOnce = 125;

type ClaimRequest = Parameters<DeliveryStore['claim']>[0];

/** `requireSound` throws when a damaged page keeps deliveries from being worked on. */
export function createDeliveryStore(deps: { db: Database; log: Log }): { store: DeliveryStore; requireSound: () => void } {
  const { db, log } = deps;
  const statements = prepareDeliveries(db);
  const arrivals = createArrivals(db);
  // Where a page is damaged that a claim needs, nothing more is taken: it would be there and never worked on.
  const latch = createDamageLatch();

  /** What never waits is numbered from zero down, so that no arrival is passed over. Its id is looked for among what was claimed only. */
  function addSettled({ id, state, notBefore, receivedAt, attempts, group, outcome, body }: Delivery, document: string): void {
    const { changes, lastInsertRowid } = statements.add.run({ id, state, notBefore, receivedAt, attempts, group, outcome });
    if (Number(changes) === 1) statements.addDocument.run({ number: lastInsertRowid, document, body });
  }

  const countArrivals = () => latch.watch(() => db.read(() => arrivals.count()));
  /** A write that makes rows. */
  const filing = <T>(work: () => T) => latch.renew(() => db.write(work));

  /** Takes its time, so that it is parted among turns of the event loop. Leaves something to the claim. */
  async function fileMany(most: number): Promise<void> {
    for (let filed = 0; filed < most && (await countArrivals()) > filedAtOnce; filed += filedAtOnce) {
      await filing(() => arrivals.file(filedAtOnce));
    }
  }

  function claimFiled({ now, lease, limit }: ClaimRequest): readonly Row[] {
    const oldest = statements.oldestClaimable.get({ now });
    if (oldest === undefined) return [];
    const isSuspect = numberOf(oldest, 'attempts') >= suspectTries;
    return isSuspect ? statements.claimOne.all({ ...lease, id: textOf(oldest, 'id') }) : statements.claimMany.all({ ...lease, now, limit });
  }

  const store: DeliveryStore = {
    async append(delivery) {
      latch.requireSound();
      const { schema, id, source, receivedAt, group, userAgent, state } = documents.delivery.check(delivery);
      const document = JSON.stringify({ schema, id, source, receivedAt, group, userAgent });
      const add = () => (state === 'waiting' ? arrivals.add(delivery, document) : addSettled(delivery, document));
      await db.write(add, { urgent: true });
    },
    async claim({ now, lease, limit }) {
      await fileMany(limit - filedAtOnce);
      for (;;) {
        const rows = await filing(() => {
          arrivals.file(filedAtOnce);
          return claimFiled({ now, lease, limit });
        });
        // What was filed may all stand behind others of its group, and what comes after it need not.
        if (rows.length > 0 || (await countArrivals()) === 0) {
          return [...parseReadable(log, rows, toDelivery)].sort((one, other) => (one.id < other.id ? -1 : 1));
        }
        await fileMany(limit);
      }
    },
    async settle(lease, settled) {
      const rows = settled.map(({ id, result: { state, outcome, ...again } }) => ({
        ...lease,
        id,
        state,
        outcome,
        notBefore: 'notBefore' in again ? again.notBefore : null,
        uncounted: 'counts' in again && !again.counts ? 1 : 0,
      }));
      await db.write(() => {
        for (const row of rows) statements.settle.run(row);
      });
    },
    get: (id) =>
      db.read(() => {
        // Another process may file it in between.
        const row = statements.get.get({ id }) ?? arrivals.get(id) ?? statements.get.get({ id });
        return row === undefined ? undefined : toDelivery(row);
      }),
    listParked: ({ order, limit, after = '' }) =>
      db.read(() => parseReadable(log, statements.parked[order].all({ after, limit }), toDelivery)),
    unpark: (id, { notBefore, outcome }) => db.write(() => Number(statements.unpark.run({ id, notBefore, outcome }).changes) === 1),
    counts: () => db.read(() => countsOf(['waiting', 'done', 'parked', 'rejected'], statements.counts.all())),
    oldestWaiting: () => db.read(() => momentOf(statements.oldest.get())),
    lastReceivedAt: () => db.read(() => momentOf(statements.last.get())),
    prune: (before) => db.write(() => Number(statements.prune.run({ before }).changes)),
  };
  return { store, requireSound: () => latch.requireSound() };
}

function prepareDeliveries(db: Database) {
  // Free, due, and behind no earlier one of its group that is not.
  const claimable = `state = 'waiting' AND not_before <= :now AND lease_until <= :now
    AND NOT EXISTS (
      SELECT 1 FROM deliveries AS earlier WHERE earlier.in_group = each.in_group AND earlier.state = 'waiting' AND earlier.id < each.id
        AND (earlier.not_before > :now OR earlier.lease_until > :now)
    )`;
  const lease = 'UPDATE deliveries SET lease_owner = :owner, lease_until = :until, attempts = attempts + 1';
  const kept = (column: string) => `(SELECT ${column} FROM delivery_documents AS each WHERE each.number = deliveries.number) AS ${column}`;
  const whole = `*, ${kept('document')}, ${kept('body')}`;
  return {
    add: db.prepare(`
      INSERT INTO deliveries (number, id, state, not_before, received_at, attempts, in_group, outcome)
      SELECT min(0, coalesce(min(number), 0)) - 1, :id, :state, :notBefore, :receivedAt, :attempts, :group, :outcome FROM deliveries
      WHERE true ON CONFLICT (id) DO NOTHING`),
    addDocument: db.prepare('INSERT INTO delivery_documents (number, document, body) VALUES (:number, :document, :body)'),
    oldestClaimable: db.prepare(`SELECT id, attempts FROM deliveries AS each WHERE ${claimable} ORDER BY id LIMIT 1`),
    claimOne: db.prepare(`${lease} WHERE id = :id RETURNING ${whole}`),
    claimMany: db.prepare(`
      ${lease} WHERE id IN (
        SELECT id FROM deliveries AS each WHERE ${claimable} AND attempts < ${suspectTries}
          AND NOT EXISTS (
            SELECT 1 FROM deliveries AS suspect WHERE suspect.in_group = each.in_group AND suspect.state = 'waiting' AND suspect.id < each.id
              AND suspect.attempts >= ${suspectTries}
          )
        ORDER BY id LIMIT :limit
      ) RETURNING ${whole}`),
    settle: db.prepare(`
      UPDATE deliveries SET state = :state, outcome = :outcome, not_before = coalesce(:notBefore, not_before),
        attempts = attempts - :uncounted, lease_owner = '', lease_until = ''
      WHERE id = :id AND state = 'waiting' AND lease_owner = :owner AND lease_until = :until`),
    get: db.prepare(`SELECT ${whole} FROM deliveries WHERE id = :id`),
    parked: {
      oldest: db.prepare(`SELECT ${whole} FROM deliveries WHERE state = 'parked' AND id > :after ORDER BY id LIMIT :limit`),
      newest: db.prepare(
        `SELECT ${whole} FROM deliveries WHERE state = 'parked' AND (:after = '' OR id < :after) ORDER BY id DESC LIMIT :limit`,
      ),
    },
    unpark: db.prepare(`
      UPDATE deliveries SET state = 'waiting', outcome = :outcome, not_before = :notBefore, attempts = min(attempts, ${maxTries}), lease_owner = '',
        lease_until = ''
      WHERE id = :id AND state = 'parked'`),
    oldest: db.prepare(`
      SELECT min(at) AS at FROM (
        SELECT * FROM (SELECT received_at AS at FROM deliveries WHERE state = 'waiting' ORDER BY id LIMIT 1) UNION ALL ${oldestArrival})`),
    counts: db.prepare(`
      SELECT state, sum(count) AS count FROM (SELECT state, count FROM delivery_counts UNION ALL SELECT 'waiting', ${arrivalCount}) GROUP BY state`),
    last: db.prepare(`
      SELECT max(at) AS at FROM (
        SELECT * FROM (
          SELECT deliveries.received_at AS at FROM deliveries JOIN delivery_documents USING (number)
          WHERE document ->> '$.source' = 'alertmanager' ORDER BY deliveries.received_at DESC LIMIT 1)
        UNION ALL SELECT * FROM (
          SELECT received_at FROM delivery_arrivals WHERE document ->> '$.source' = 'alertmanager' ORDER BY number DESC LIMIT 1))`),
    prune: db.prepare(`DELETE FROM deliveries WHERE received_at < :before AND state <> 'waiting'`),
  };
}

function momentOf(row: Row | undefined): Instant | undefined {
  const at = row?.['at'];
  return typeof at === 'string' ? toInstant(new Date(at)) : undefined;
}

function toDelivery(row: Row): Delivery {
  return documents.delivery.parse({
    ...JSON.parse(textOf(row, 'document')),
    ...(row['body'] === null ? {} : { body: row['body'] }),
    state: row['state'],
    attempts: numberOf(row, 'attempts'),
    notBefore: row['not_before'],
    outcome: row['outcome'],
  });
}
