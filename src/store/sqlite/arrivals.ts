import type { Delivery } from '../../alerts/alert.ts';
import type { Database, Row } from './database.ts';
import { numberOf } from './database.ts';

/**
 * Waiting deliveries that no claim has come to yet. Somebody waits for the answer to each, so that one is a row at the end of one table and
 * nothing else; the row in `deliveries` with its five indexes is made by the claims, which do it for hundreds at once. An arrival is a document
 * whose number is above all of `deliveries`.
 */
export type Arrivals = {
  /** Inside a write; `document` is what of the delivery never changes, without its body. */
  add(delivery: Delivery, document: string): void;
  /** Inside a write: gives the first so many their rows. One whose id is there already goes. */
  file(most: number): void;
  count(): number;
  get(id: string): Row | undefined;
};

/** For queries that look at all that waits: one statement sees one state, and another process may file in between. */
export const arrivalCount = `coalesce(1 + (SELECT number FROM delivery_arrivals ORDER BY number DESC LIMIT 1)
  - (SELECT number FROM delivery_arrivals ORDER BY number LIMIT 1), 0)`;
/** `at`; several processes, and several requests at a time, come in nearly in the order of their times. */
export const oldestArrival = 'SELECT min(received_at) AS at FROM (SELECT received_at FROM delivery_arrivals ORDER BY number LIMIT 100)';

export function createArrivals(db: Database): Arrivals {
  const statements = {
    // The numbers below zero are of what never waits.
    add: db.prepare(`
      INSERT INTO delivery_documents (number, document, id, not_before, received_at, attempts, in_group, outcome, body)
      SELECT max(0, max(number)) + 1, :document, :id, :notBefore, :receivedAt, :attempts, :group, :outcome, :body FROM delivery_documents`),
    range: db.prepare(`
      SELECT min(number) AS first, max(number) AS last FROM (SELECT number FROM delivery_arrivals ORDER BY number LIMIT :most)`),
    file: db.prepare(`
      INSERT INTO deliveries (number, id, state, not_before, received_at, attempts, in_group, outcome)
      SELECT number, id, 'waiting', not_before, received_at, attempts, in_group, outcome FROM delivery_documents
      WHERE number BETWEEN :first AND :last ORDER BY number ON CONFLICT (id) DO NOTHING`),
    dropRepeated: db.prepare(`
      DELETE FROM delivery_documents WHERE number BETWEEN :first AND :last
        AND NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.number = delivery_documents.number)`),
    // No number is missing between the first and the last.
    count: db.prepare(`SELECT ${arrivalCount} AS count`),
    get: db.prepare(`SELECT 'waiting' AS state, * FROM delivery_arrivals WHERE id = :id LIMIT 1`),
  };

  return {
    add({ id, notBefore, receivedAt, attempts, group, outcome, body }, document) {
      statements.add.run({ document, id, notBefore, receivedAt, attempts, group, outcome, body });
    },
    file(most) {
      const range = statements.range.get({ most });
      const [first, last] = [range?.['first'], range?.['last']];
      if (typeof first !== 'number' || typeof last !== 'number') return;
      const { changes } = statements.file.run({ first, last });
      if (Number(changes) <= last - first) statements.dropRepeated.run({ first, last });
    },
    count() {
      const row = statements.count.get();
      return row === undefined ? 0 : numberOf(row, 'count');
    },
    get: (id) => statements.get.get({ id }),
  };
}
