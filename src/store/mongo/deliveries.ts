import type { UpdateFilter } from 'mongodb';
import { z } from 'zod';
import type { Delivery } from '../../alerts/alert.ts';
import { maxTries, suspectTries } from '../../alerts/ports.ts';
import type { DeliveryLease, DeliveryStore } from '../../alerts/ports.ts';
import { toInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Log } from '../../kernel/log.ts';
import { parseReadable } from '../document-kind.ts';
import { documents } from '../documents.ts';
import { attempt } from './errors.ts';
import { groupWrites } from './group-writes.ts';
import { countStates, firstText, fromStored, insertAbsent, limits, optional, toStored, updateEach } from './stored.ts';
import type { Documents, Stored } from './stored.ts';

/** How many waiting deliveries one claim looks at. */
const window = 1000;

const leaseSchema = z.object({ until: z.string() });

type ClaimRequest = Parameters<DeliveryStore['claim']>[0];
type Candidate = { id: string; group: string };

/** An empty `until` is before every instant, so a free delivery needs no query of its own. */
const free = { owner: '', until: '' };

export function createDeliveryStore(deps: { deliveries: Documents; log: Log }): DeliveryStore {
  const { deliveries, log } = deps;

  const append = groupWrites<Stored>((stored) => attempt(() => insertAbsent(deliveries, stored)));

  /** Those that may be claimed by what can be seen now: free, due, and behind no earlier one of their group that is not. */
  async function candidates({ now }: ClaimRequest): Promise<readonly Candidate[]> {
    const fields = { projection: { group: 1, notBefore: 1, lease: 1, attempts: 1 }, sort: { _id: 1 }, limit: window, ...limits } as const;
    const waiting = await deliveries.find({ state: 'waiting' }, fields).toArray();
    const held = new Set<unknown>();
    const found: Candidate[] = [];
    for (const each of waiting) {
      const lease = leaseSchema.parse(each['lease']);
      const candidate = { id: each._id, group: String(each['group']) };
      const isFree = String(each['notBefore']) <= now && lease.until <= now && !held.has(candidate.group);
      const isSuspect = Number(each['attempts']) >= suspectTries;
      if (isFree && isSuspect && found.length === 0) return [candidate];
      if (isFree && !isSuspect) found.push(candidate);
      else held.add(candidate.group);
    }
    return found;
  }

  /** Takes the candidates that are still free, and reads those that it got. */
  async function take(candidates: readonly Candidate[], { now, lease }: ClaimRequest): Promise<readonly Stored[]> {
    const ids = candidates.map(({ id }) => id);
    const free = { _id: { $in: ids }, state: 'waiting', notBefore: { $lte: now }, 'lease.until': { $lte: now } };
    await deliveries.updateMany(free, { $set: { lease }, $inc: { attempts: 1 } }, limits);
    const mine = { _id: { $in: ids }, 'lease.owner': lease.owner, 'lease.until': lease.until };
    return deliveries.find(mine, { ...limits, sort: { _id: 1 } }).toArray();
  }

  /** `lost`: groups of which another worker was faster to get one. What comes behind that in the group is `held`: it has to wait for it. */
  async function takeInOrder(wanted: readonly Candidate[], request: ClaimRequest) {
    const taken = await attempt(() => take(wanted, request));
    const ids = new Set(taken.map(({ _id }) => _id));
    const lost = new Set(wanted.filter(({ id }) => !ids.has(id)).map(({ group }) => group));
    const isHeld = (each: Stored) => lost.has(String(each['group']));
    return { got: taken.filter((each) => !isHeld(each)), held: taken.filter(isHeld), lost };
  }

  async function settle({ owner, until }: DeliveryLease, settled: readonly { id: string; change: UpdateFilter<Stored> }[]): Promise<void> {
    if (settled.length === 0) return;
    const held = { state: 'waiting', 'lease.owner': owner, 'lease.until': until };
    const updates = settled.map(({ id, change }) => ({ updateOne: { filter: { _id: id, ...held }, update: change } }));
    await updateEach(deliveries, updates, { ordered: false });
  }

  async function receivedAt(filter: object, sort: Record<string, 1 | -1>): Promise<Instant | undefined> {
    const at = await attempt(() => firstText({ collection: deliveries, filter, sort, field: 'receivedAt' }));
    return at === undefined ? undefined : toInstant(new Date(at));
  }

  return {
    append: async (delivery) => append(toStored(delivery.id, documents.delivery.check(delivery), { lease: free })),
    async claim(request) {
      let rest = await attempt(() => candidates(request));
      const claimed: Stored[] = [];
      while (rest.length > 0 && claimed.length < request.limit) {
        const wanted = rest.slice(0, request.limit - claimed.length);
        const { got, held, lost } = await takeInOrder(wanted, request);
        claimed.push(...got);
        await settle(request.lease, held.map(giveBack));
        rest = rest.slice(wanted.length).filter(({ group }) => !lost.has(group));
      }
      return parseReadable(log, claimed, toDelivery);
    },
    settle: (lease, settled) =>
      settle(
        lease,
        settled.map(({ id, result }) => {
          const { state, outcome } = result;
          if (result.state !== 'waiting') return { id, change: { $set: { state, outcome, lease: free } } };
          const { notBefore, counts } = result;
          return { id, change: { $set: { state, outcome, notBefore, lease: free }, ...(counts ? {} : { $inc: { attempts: -1 } }) } };
        }),
      ),
    get: (id) => attempt(async () => optional(documents.delivery, await deliveries.findOne({ _id: id }, limits))),
    async listParked({ order, limit, after }) {
      const behind = (id: string) => (order === 'oldest' ? { $gt: id } : { $lt: id });
      const filter = { state: 'parked', ...(after === undefined ? {} : { _id: behind(after) }) };
      const sort = { _id: order === 'oldest' ? 1 : -1 } as const;
      return parseReadable(log, await attempt(() => deliveries.find(filter, { ...limits, sort, limit }).toArray()), toDelivery);
    },
    async unpark(id, again) {
      const waiting = { ...again, state: 'waiting', lease: free };
      return (
        (await attempt(() => deliveries.updateOne({ _id: id, state: 'parked' }, { $set: waiting, $min: { attempts: maxTries } }, limits)))
          .matchedCount === 1
      );
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

function giveBack({ _id: id }: Stored): { id: string; change: UpdateFilter<Stored> } {
  return { id, change: { $inc: { attempts: -1 }, $set: { lease: free } } };
}

function toDelivery(stored: Stored): Delivery {
  return fromStored(documents.delivery, stored);
}
