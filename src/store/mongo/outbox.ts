import type { AnyBulkWriteOperation, Filter } from 'mongodb';
import { TocsinError } from '../../kernel/errors.ts';
import { toInstant } from '../../kernel/instant.ts';
import type { Log } from '../../kernel/log.ts';
import { lanePriority } from '../../outbox/message.ts';
import type { LaneName, OutboxMessage } from '../../outbox/message.ts';
import type { OutboxStore } from '../../outbox/ports.ts';
import { isUnsent, requireNextVersion } from '../derived.ts';
import { parseReadable } from '../document-kind.ts';
import { documents } from '../documents.ts';
import { attempt } from './errors.ts';
import { createLanes } from './lanes.ts';
import { countStates, firstText, fromStored, insertAbsent, limits, optional, replaceVersion, toStored, updateEach } from './stored.ts';
import type { Documents, Stored } from './stored.ts';

/** A round is lost only to somebody who changed the same message in between; so many in a row mean that something else is wrong. */
const maxRounds = 100;

export function createOutboxStore(deps: { outbox: Documents; lanes: Documents; pauses: Documents; log: Log }): OutboxStore {
  const { outbox, log } = deps;
  const one = (filter: Filter<Stored>) => attempt(async () => optional(documents.outboxMessage, await outbox.findOne(filter, limits)));
  const toMessages = (found: readonly Stored[]) => parseReadable(log, found, (stored) => fromStored(documents.outboxMessage, stored));

  async function due(filter: Filter<Stored>, limit: number): Promise<readonly OutboxMessage[]> {
    const unsent = { ...filter, 'derived.unsent': true };
    return toMessages(await attempt(() => outbox.find(unsent, { ...limits, sort: { priority: 1, order: 1, _id: 1 }, limit }).toArray()));
  }

  return {
    ...createLanes(deps),
    async want(messages) {
      if (messages.length === 0) return;
      const stored = messages.map((message) => storedMessage(documents.outboxMessage.check(message)));
      await attempt(() => insertAbsent(outbox, stored));
      await raise(outbox, messages);
    },
    get: (key) => one({ _id: key }),
    listDue: (lane, now, limit) => due({ lane, notBefore: { $lte: now } }, limit),
    listDueEdits: (lane, now, limit) =>
      due({ lane, priority: { $gte: lanePriority.edit }, notBefore: { $lte: now }, 'posted.ts': { $exists: true } }, limit),
    async nextDueAt(lane) {
      const filter = { lane, 'derived.unsent': true };
      const at = await attempt(() => firstText({ collection: outbox, filter, sort: { notBefore: 1 }, field: 'notBefore' }));
      return at === undefined ? undefined : toInstant(new Date(at));
    },
    countRoots: (lane, limit) =>
      attempt(() => outbox.countDocuments(roots(lane), { ...limits, ...(limit === undefined ? {} : { limit }) })),
    async listRoots(lane, limit) {
      return toMessages(await attempt(() => outbox.find(roots(lane), { ...limits, sort: { order: 1, _id: 1 }, limit }).toArray()));
    },
    async countFolded(lane, since) {
      const steps = [
        { $match: { folded: { $gt: 0 }, lane, order: { $gte: since } } },
        { $group: { _id: null, count: { $sum: '$folded' } } },
      ];
      const [sum] = await attempt(() => outbox.aggregate(steps, limits).toArray());
      return Number(sum?.['count'] ?? 0);
    },
    countWaiting: (lane) => attempt(() => outbox.countDocuments({ lane, 'derived.unsent': true }, limits)),
    async listLongestWaiting(lane, limit) {
      const waiting = { lane, 'derived.unsent': true };
      return toMessages(await attempt(() => outbox.find(waiting, { ...limits, sort: { notBefore: 1, _id: 1 }, limit }).toArray()));
    },
    async replace(message, expectedVersion) {
      requireNextVersion(message, expectedVersion);
      const stored = storedMessage(documents.outboxMessage.check(message));
      return attempt(() => replaceVersion(outbox, stored, expectedVersion));
    },
    getByPost: (channel, ts) => one({ 'posted.channel': channel, 'posted.ts': ts }),
    counts: () => attempt(() => countStates(outbox, ['idle', 'due', 'sending', 'ambiguous', 'dead'])),
    async listDead(limit) {
      return toMessages(await attempt(() => outbox.find({ state: 'dead' }, { ...limits, sort: { order: 1, _id: 1 }, limit }).toArray()));
    },
  };
}

/** Threads and announcements that were never posted, by their places. */
function roots(lane: LaneName): Filter<Stored> {
  return { lane, 'derived.unsent': true, priority: { $gte: lanePriority.criticalRoot, $lt: lanePriority.notice } };
}

/**
 * Raises `wanted` of messages that are there. An update that changes the state must know it, so there is one for idle messages, one for those
 * that wait, and one for those that a storm's message spoke for; a message that changed sides between the two is seen by the check afterwards and tried again. Both raise the version, so a
 * sender's compare-and-set on what it read before fails, and both do nothing where enough is wanted already: no raise is lost or doubled.
 */
async function raise(outbox: Documents, messages: readonly OutboxMessage[]): Promise<void> {
  let behind = messages;
  for (let round = 0; round < maxRounds; round += 1) {
    behind = await stillBehind(outbox, behind);
    if (behind.length === 0) return;
    await updateEach(outbox, behind.flatMap(raises), { ordered: true });
  }
  throw new TocsinError('unavailable', 'Too many processes change the same messages at once. Try again in a moment.');
}

async function stillBehind(outbox: Documents, messages: readonly OutboxMessage[]): Promise<readonly OutboxMessage[]> {
  const keys = messages.map((message) => message.key);
  const found = await attempt(() => outbox.find({ _id: { $in: keys } }, { ...limits, projection: { wanted: 1 } }).toArray());
  const wanted = new Map(found.map((stored) => [stored._id, Number(stored['wanted'])]));
  return messages.filter((message) => message.wanted > (wanted.get(message.key) ?? Number.POSITIVE_INFINITY));
}

function raises(message: OutboxMessage): AnyBulkWriteOperation<Stored>[] {
  const { key: _id, wanted, notBefore } = message;
  const behind = { _id, wanted: { $lt: wanted } };
  const alone = { ...behind, inStorm: { $exists: false } };
  const due = { wanted, state: 'due', notBefore, 'derived.unsent': true };
  return [
    { updateOne: { filter: { ...behind, inStorm: { $exists: true } }, update: { $set: { wanted }, $inc: { version: 1 } } } },
    { updateOne: { filter: { ...alone, state: 'idle' }, update: { $set: due, $inc: { version: 1 } } } },
    { updateOne: { filter: { ...alone, state: { $ne: 'idle' } }, update: { $set: { wanted }, $inc: { version: 1, folded: 1 } } } },
  ];
}

function storedMessage(message: OutboxMessage): Stored {
  return toStored(message.key, message, { derived: { unsent: isUnsent(message) } });
}
