import { z } from 'zod';
import type { Delivery } from '../../alerts/alert.ts';
import type { DeliveryStore } from '../../alerts/ports.ts';
import { toInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Log } from '../../kernel/log.ts';
import { parseReadable } from '../document-kind.ts';
import { documents } from '../documents.ts';
import { attempt } from './errors.ts';
import { countStates, firstText, fromStored, insertOne, limits, optional, toStored } from './stored.ts';
import type { Documents, Stored } from './stored.ts';

/** How many waiting deliveries one claim looks at. */
const window = 500;

const leaseSchema = z.object({ until: z.string() });

/** An empty `until` is before every instant, so a free delivery needs no query of its own. */
const free = { owner: '', until: '' };

export function createDeliveryStore(deps: { deliveries: Documents; log: Log }): DeliveryStore {
  const { deliveries, log } = deps;

  /** Those that may be claimed by what can be seen now: free, due, and behind no earlier one of their group that is not. */
  async function candidates(now: string): Promise<readonly { id: string; group: string }[]> {
    const fields = { projection: { group: 1, notBefore: 1, lease: 1 }, sort: { _id: 1 }, limit: window, ...limits } as const;
    const waiting = await deliveries.find({ state: 'waiting' }, fields).toArray();
    const held = new Set<unknown>();
    const free: { id: string; group: string }[] = [];
    for (const each of waiting) {
      const lease = leaseSchema.parse(each['lease']);
      const isFree = String(each['notBefore']) <= now && lease.until <= now;
      if (!isFree) held.add(each['group']);
      else if (!held.has(each['group'])) free.push({ id: each._id, group: String(each['group']) });
    }
    return free;
  }

  async function claimOne(id: string, { now, owner, leaseUntil }: Parameters<DeliveryStore['claim']>[0]): Promise<Stored | null> {
    return deliveries.findOneAndUpdate(
      { _id: id, state: 'waiting', notBefore: { $lte: now }, 'lease.until': { $lte: now } },
      { $set: { lease: { owner, until: leaseUntil } }, $inc: { attempts: 1 } },
      { ...limits, returnDocument: 'after' },
    );
  }

  async function receivedAt(filter: object, sort: Record<string, 1 | -1>): Promise<Instant | undefined> {
    const at = await attempt(() => firstText({ collection: deliveries, filter, sort, field: 'receivedAt' }));
    return at === undefined ? undefined : toInstant(new Date(at));
  }

  return {
    async append(delivery) {
      const stored = toStored(delivery.id, documents.delivery.check(delivery), { lease: free });
      await attempt(() => insertOne(deliveries, stored));
    },
    async claim(request) {
      const claimed: Stored[] = [];
      const lost = new Set<string>();
      for (const { id, group } of await attempt(() => candidates(request.now))) {
        if (claimed.length === request.limit) break;
        if (lost.has(group)) continue;
        const one = await attempt(() => claimOne(id, request));
        // Another worker was faster: what comes behind it in the group has to wait for that worker.
        if (one === null) lost.add(group);
        else claimed.push(one);
      }
      return parseReadable(log, claimed, toDelivery);
    },
    async settle(id, result) {
      await attempt(() => deliveries.updateOne({ _id: id, state: 'waiting' }, { $set: { ...result, lease: free } }, limits));
    },
    get: (id) => attempt(async () => optional(documents.delivery, await deliveries.findOne({ _id: id }, limits))),
    async listParked({ order, limit, after }) {
      const behind = (id: string) => (order === 'oldest' ? { $gt: id } : { $lt: id });
      const filter = { state: 'parked', ...(after === undefined ? {} : { _id: behind(after) }) };
      const sort = { _id: order === 'oldest' ? 1 : -1 } as const;
      return parseReadable(log, await attempt(() => deliveries.find(filter, { ...limits, sort, limit }).toArray()), toDelivery);
    },
    async unpark(id, again) {
      const waiting = { ...again, state: 'waiting', lease: free };
      return (await attempt(() => deliveries.updateOne({ _id: id, state: 'parked' }, { $set: waiting }, limits))).matchedCount === 1;
    },
    counts: () => attempt(() => countStates(deliveries, ['waiting', 'done', 'parked', 'rejected'])),
    oldestWaiting: () => receivedAt({ state: 'waiting' }, { _id: 1 }),
    lastReceivedAt: () => receivedAt({ source: 'alertmanager' }, { receivedAt: -1 }),
    async prune(before) {
      const result = await attempt(() => deliveries.deleteMany({ receivedAt: { $lt: before }, state: { $ne: 'waiting' } }, limits));
      return result.deletedCount;
    },
  };
}

function toDelivery(stored: Stored): Delivery {
  return fromStored(documents.delivery, stored);
}
