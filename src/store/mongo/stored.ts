import type { AnyBulkWriteOperation, Collection, Document, IndexDescription } from 'mongodb';
import type { DocumentKind } from '../document-kind.ts';
import { attempt, isDuplicate, writing } from './errors.ts';
import { escapeNames, restoreNames } from './field-names.ts';

/**
 * A document as the server holds it: the port's document with its names escaped, `_id` its key, `derived` what queries need beyond it, and
 * `lease` who works on it until when.
 */
export type Stored = Document & { _id: string };
export type Documents = Collection<Stored>;

/** How long the server may work on one request. */
export const limits = { maxTimeMS: 5000 } as const;

export function toStored(id: string, document: object, extra: { derived?: object; lease?: object } = {}): Stored {
  return { ...Object(escapeNames(document)), ...extra, _id: id };
}

export function fromStored<T>(kind: DocumentKind<T>, stored: Stored): T {
  const { _id, derived: _derived, lease: _lease, ...document } = stored;
  return kind.parse(restoreNames(document));
}

export function optional<T>(kind: DocumentKind<T>, stored: Stored | null): T | undefined {
  return stored === null ? undefined : fromStored(kind, stored);
}

/** Adds one document; false when its key, or another value that must be unique, is taken. */
export async function insertOne(collection: Documents, document: Stored): Promise<boolean> {
  try {
    await writing(() => collection.insertOne(document, limits));
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}

/** Adds the documents whose keys are free and leaves the others as they are. */
export async function insertAbsent(collection: Documents, documents: readonly Stored[]): Promise<void> {
  try {
    await writing(() => collection.insertMany([...documents], { ...limits, ordered: false }));
  } catch (error) {
    if (!isDuplicate(error)) throw error;
  }
}

/** FerretDB 1 holds a connection to its database for each update of one command, has a hundred of them, and waits for ever for the next. */
const maxUpdates = 50;

/** Many updates in few exchanges with the server. */
export async function updateEach(
  collection: Documents,
  updates: readonly AnyBulkWriteOperation<Stored>[],
  { ordered }: { ordered: boolean },
): Promise<void> {
  for (let from = 0; from < updates.length; from += maxUpdates)
    await attempt(() => collection.bulkWrite(updates.slice(from, from + maxUpdates), { ...limits, ordered }));
}

/** An upsert may lose a race to another upsert of the same key with E11000; then the document is there, and the second try updates it. */
export async function upserting<T>(upsert: () => Promise<T>): Promise<T> {
  try {
    return await upsert();
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    return upsert();
  }
}

/** Replaces the document if its version is still the expected one: the compare-and-set that everything rests on. */
export async function replaceVersion(collection: Documents, document: Stored, expectedVersion: number): Promise<boolean> {
  const replace = () => collection.replaceOne({ _id: document._id, version: expectedVersion }, document, limits);
  const result = await writing(replace);
  return result.matchedCount === 1;
}

/** How many documents are in each state, with zero for states that nothing is in. */
export async function countStates<State extends string>(collection: Documents, states: readonly State[]): Promise<Record<State, number>> {
  const groups = await collection.aggregate([{ $group: { _id: '$state', count: { $sum: 1 } } }], limits).toArray();
  const counts = new Map(groups.map((group) => [String(group['_id']), Number(group['count'])]));
  // Every state gets an entry, which is all that the record type says.
  return Object.fromEntries(states.map((state) => [state, counts.get(state) ?? 0])) as Record<State, number>;
}

/** The value of one text field of the first document in this order. */
export async function firstText(query: {
  collection: Documents;
  filter: object;
  sort: Record<string, 1 | -1>;
  field: string;
}): Promise<string | undefined> {
  const { collection, filter, sort, field } = query;
  const found = await collection.findOne(filter, { ...limits, sort, projection: { [field]: 1 } });
  const value = found?.[field];
  return typeof value === 'string' ? value : undefined;
}

/** The indexes of each collection. Uniqueness of keys comes from `_id`. */
export const indexes: Readonly<Record<string, readonly IndexDescription[]>> = {
  deliveries: [{ key: { state: 1, notBefore: 1, _id: 1 } }, { key: { receivedAt: 1 } }],
  alerts: [{ key: { fingerprint: 1, startsAt: 1 } }, { key: { status: 1, lastSeenAt: 1 } }, { key: { lastSeenAt: 1 } }],
  incidents: [
    { key: { number: 1 }, unique: true },
    { key: { state: 1, number: 1 } },
    { key: { state: 1, severity: 1 } },
    { key: { number: 1, severity: 1, state: 1, 'derived.alerts': 1 } },
    { key: { 'derived.dueAt': 1, number: 1 } },
    { key: { 'derived.pending': 1, updatedAt: 1 } },
    { key: { 'thread.channel': 1, 'thread.ts': 1 } },
  ],
  timeline: [{ key: { incidentId: 1, seq: 1 }, unique: true }],
  executions: [{ key: { createdAt: 1, _id: 1 } }],
  outbox: [
    { key: { lane: 1, 'derived.unsent': 1, priority: 1, order: 1 } },
    { key: { lane: 1, 'derived.unsent': 1, notBefore: 1 } },
    { key: { folded: 1, lane: 1, order: 1 } },
    { key: { state: 1, order: 1 } },
    { key: { 'posted.channel': 1, 'posted.ts': 1 } },
  ],
  storms: [{ key: { number: 1 } }],
};
