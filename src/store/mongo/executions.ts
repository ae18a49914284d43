import type { ExecutionStore, LockStore, TargetLock } from '../../executions/ports.ts';
import { TocsinError } from '../../kernel/errors.ts';
import { requireNextVersion } from '../derived.ts';
import { executionDocuments, storedExecutionOf } from '../execution-document.ts';
import { executionId } from '../execution-fields.ts';
import { attempt } from './errors.ts';
import { insertOne, limits, optional, replaceVersion, toStored } from './stored.ts';
import type { Documents } from './stored.ts';

export function createExecutionStore(executions: Documents): ExecutionStore {
  const kind = executionDocuments.execution;
  return {
    async insert(document) {
      requireNextVersion(document, 0);
      const stored = toStored(document.id, kind.check(document));
      return attempt(() => insertOne(executions, stored));
    },
    get: (id) => attempt(async () => optional(kind, await executions.findOne({ _id: id }, limits))),
    async replace(document, expectedVersion) {
      requireNextVersion(document, expectedVersion);
      const stored = toStored(document.id, kind.check(document));
      return attempt(() => replaceVersion(executions, stored, expectedVersion));
    },
    async listMadeBefore(before, { limit, after }) {
      const behind =
        after === undefined
          ? {}
          : { $or: [{ createdAt: { $gt: after.createdAt } }, { createdAt: after.createdAt, _id: { $gt: after.id } }] };
      const filter = { $and: [{ createdAt: { $lt: before } }, behind] };
      const how = { ...limits, projection: { _id: 0, id: 1, incidentId: 1, createdAt: 1 }, sort: { createdAt: 1, _id: 1 }, limit } as const;
      return (await attempt(() => executions.find(filter, how).toArray())).map(storedExecutionOf);
    },
    async known(ids) {
      const filter = { _id: { $in: [...ids] } };
      const found = await attempt(() => executions.find(filter, { ...limits, projection: { _id: 1 } }).toArray());
      return found.map(({ _id }) => executionId.parse(_id));
    },
    remove: async (ids) => (await attempt(() => executions.deleteMany({ _id: { $in: [...ids] } }, limits))).deletedCount,
  };
}

const maxRaces = 5;

export function createLockStore(locks: Documents): LockStore {
  const kind = executionDocuments.lock;

  /** Both filters say when they apply, so of several askers at most one gets the lock. Undefined: it changed hands meanwhile. */
  async function tryLock({ now, ...wanted }: Parameters<LockStore['lock']>[0]): Promise<TargetLock | undefined> {
    const { key, holder, label, until } = wanted;
    const free = { _id: key, $or: [{ holder }, { until: { $lte: now } }] };
    const taken = await locks.updateOne(free, { $set: { holder, label, until } }, limits);
    if (taken.matchedCount === 1 || (await insertOne(locks, toStored(key, kind.check(wanted))))) return wanted;
    return optional(kind, await locks.findOne({ _id: key }, limits));
  }

  return {
    async lock(request) {
      for (let race = 0; race < maxRaces; race += 1) {
        const held = await attempt(() => tryLock(request));
        if (held !== undefined) return held;
      }
      throw new TocsinError('conflict', 'The lock on that object changes hands too fast. Please try again.', { retryable: true });
    },
    async unlock(key, holder) {
      await attempt(() => locks.deleteOne({ _id: key, holder }, limits));
    },
  };
}
