import type { Delivery } from '../../alerts/alert.ts';
import type { DeliveryStore } from '../../alerts/ports.ts';
import { toInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Log } from '../../kernel/log.ts';
import { parseReadable } from '../document-kind.ts';
import { documents } from '../documents.ts';
import { countsOf, numberOf, textOf } from './database.ts';
import type { Database, Row } from './database.ts';

export function createDeliveryStore(deps: { db: Database; log: Log }): DeliveryStore {
  const { db, log } = deps;
  const append = db.prepare(`
    INSERT INTO deliveries (id, state, not_before, received_at, attempts, in_group, outcome, document)
    VALUES (:id, :state, :notBefore, :receivedAt, :attempts, :group, :outcome, :document) ON CONFLICT DO NOTHING`);
  const claim = db.prepare(`
    UPDATE deliveries SET lease_owner = :owner, lease_until = :leaseUntil, attempts = attempts + 1
    WHERE id IN (
      SELECT id FROM deliveries AS each WHERE state = 'waiting' AND not_before <= :now AND lease_until <= :now
        AND NOT EXISTS (
          SELECT 1 FROM deliveries AS earlier WHERE earlier.in_group = each.in_group AND earlier.state = 'waiting' AND earlier.id < each.id
            AND (earlier.not_before > :now OR earlier.lease_until > :now)
        )
      ORDER BY id LIMIT :limit
    ) RETURNING *`);
  const settle = db.prepare(`
    UPDATE deliveries SET state = :state, outcome = :outcome, not_before = coalesce(:notBefore, not_before), lease_owner = '', lease_until = ''
    WHERE id = :id AND state = 'waiting'`);
  const get = db.prepare('SELECT * FROM deliveries WHERE id = :id');
  const parked = {
    oldest: db.prepare(`SELECT * FROM deliveries WHERE state = 'parked' AND id > :after ORDER BY id LIMIT :limit`),
    newest: db.prepare(`SELECT * FROM deliveries WHERE state = 'parked' AND (:after = '' OR id < :after) ORDER BY id DESC LIMIT :limit`),
  };
  const unpark = db.prepare(`
    UPDATE deliveries SET state = 'waiting', outcome = :outcome, not_before = :notBefore, lease_owner = '', lease_until = ''
    WHERE id = :id AND state = 'parked'`);
  const oldest = db.prepare(`SELECT received_at AS at FROM deliveries WHERE state = 'waiting' ORDER BY id LIMIT 1`);
  const counts = db.prepare('SELECT state, count(*) AS count FROM deliveries GROUP BY state');
  const last = db.prepare(`
    SELECT received_at AS at FROM deliveries WHERE document ->> '$.source' = 'alertmanager' ORDER BY received_at DESC LIMIT 1`);
  const prune = db.prepare(`DELETE FROM deliveries WHERE received_at < :before AND state <> 'waiting'`);

  return {
    async append(delivery) {
      const { state, attempts, notBefore, outcome, ...unchanging } = documents.delivery.check(delivery);
      const document = JSON.stringify(unchanging);
      const { id, receivedAt, group } = delivery;
      await db.write(() => append.run({ id, state, notBefore, receivedAt, attempts, group, outcome, document }));
    },
    async claim({ now, owner, leaseUntil, limit }) {
      const rows = await db.write(() => claim.all({ now, owner, leaseUntil, limit }));
      return [...parseReadable(log, rows, toDelivery)].sort((a, b) => (a.id < b.id ? -1 : 1));
    },
    async settle(id, result) {
      const notBefore = result.state === 'waiting' ? result.notBefore : null;
      await db.write(() => settle.run({ id, state: result.state, outcome: result.outcome, notBefore }));
    },
    get: (id) =>
      db.read(() => {
        const row = get.get({ id });
        return row === undefined ? undefined : toDelivery(row);
      }),
    listParked: ({ order, limit, after = '' }) => db.read(() => parseReadable(log, parked[order].all({ after, limit }), toDelivery)),
    unpark: (id, { notBefore, outcome }) => db.write(() => Number(unpark.run({ id, notBefore, outcome }).changes) === 1),
    counts: () => db.read(() => countsOf(['waiting', 'done', 'parked', 'rejected'], counts.all())),
    oldestWaiting: () => db.read(() => momentOf(oldest.get())),
    lastReceivedAt: () => db.read(() => momentOf(last.get())),
    prune: (before) => db.write(() => Number(prune.run({ before }).changes)),
  };
}

function momentOf(row: Row | undefined): Instant | undefined {
  const at = row?.['at'];
  return typeof at === 'string' ? toInstant(new Date(at)) : undefined;
}

function toDelivery(row: Row): Delivery {
  return documents.delivery.parse({
    ...JSON.parse(textOf(row, 'document')),
    state: row['state'],
    attempts: numberOf(row, 'attempts'),
    notBefore: row['not_before'],
    outcome: row['outcome'],
  });
}
