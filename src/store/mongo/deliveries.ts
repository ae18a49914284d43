import type { Delivery } from '../../alerts/alert.ts';
import type { DeliveryStore } from '../../alerts/ports.ts';
import { toInstant } from '../../kernel/instant.ts';
import type { Log } from '../../kernel/log.ts';
import { parseReadable } from '../document-kind.ts';
import { documents } from '../documents.ts';
import { attempt } from './errors.ts';
import { countStates, firstText, fromStored, insertOne, limits, toStored } from './stored.ts';
import type { Documents, Stored } from './stored.ts';

/** An empty `until` is before every instant, so a free delivery needs no query of its own. */
const free = { owner: '', until: '' };

export function createDeliveryStore(deps: { deliveries: Documents; log: Log }): DeliveryStore {
  const { deliveries, log } = deps;

  async function claimOne({ now, owner, leaseUntil }: Parameters<DeliveryStore['claim']>[0]): Promise<Stored | null> {
    return deliveries.findOneAndUpdate(
      { state: 'waiting', notBefore: { $lte: now }, 'lease.until': { $lte: now } },
      { $set: { lease: { owner, until: leaseUntil } }, $inc: { attempts: 1 } },
      { ...limits, sort: { _id: 1 }, returnDocument: 'after' },
    );
  }

  return {
    async append(delivery) {
      const stored = toStored(delivery.id, documents.delivery.check(delivery), { lease: free });
      await attempt(() => insertOne(deliveries, stored));
    },
    async claim(request) {
      const claimed: Stored[] = [];
      while (claimed.length < request.limit) {
        const one = await attempt(() => claimOne(request));
        if (one === null) break;
        claimed.push(one);
      }
      return parseReadable(log, claimed, toDelivery);
    },
    async settle(id, result) {
      await attempt(() => deliveries.updateOne({ _id: id, state: 'waiting' }, { $set: { ...result, lease: free } }, limits));
    },
    counts: () => attempt(() => countStates(deliveries, ['waiting', 'done', 'parked', 'rejected'])),
    async lastReceivedAt() {
      const at = await attempt(() => firstText({ collection: deliveries, filter: {}, sort: { receivedAt: -1 }, field: 'receivedAt' }));
      return at === undefined ? undefined : toInstant(new Date(at));
    },
    async prune(before) {
      const result = await attempt(() => deliveries.deleteMany({ receivedAt: { $lt: before }, state: { $ne: 'waiting' } }, limits));
      return result.deletedCount;
    },
  };
}

function toDelivery(stored: Stored): Delivery {
  return fromStored(documents.delivery, stored);
}
