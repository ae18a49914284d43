import type { OutboxStore } from '../../outbox/ports.ts';
import { documents } from '../documents.ts';
import { attempt } from './errors.ts';
import { fromStored, insertOne, limits, optional, toStored } from './stored.ts';
import type { Documents, Stored } from './stored.ts';

type Request = Parameters<OutboxStore['leaseLane']>[0];

/** The leases that let one process at a time post to a channel, and what stands still. */
export function createLanes({
  lanes,
  pauses,
}: {
  lanes: Documents;
  pauses: Documents;
}): Pick<OutboxStore, 'leaseLane' | 'notePost' | 'beginPause' | 'endPause' | 'listPauses'> {
  const renew = ({ lane, owner, until }: Request) =>
    lanes.findOneAndUpdate({ _id: lane, owner }, { $set: { until } }, { ...limits, returnDocument: 'after' });

  const takeOver = ({ lane, owner, now, until }: Request) =>
    lanes.findOneAndUpdate(
      { _id: lane, owner: { $ne: owner }, until: { $lte: now } },
      { $set: { owner, until }, $inc: { token: 1 } },
      { ...limits, returnDocument: 'after' },
    );

  /** Each step is atomic and says in its filter when it applies, so of several askers at most one gets the lane. */
  async function lease(request: Request): Promise<Stored | null> {
    const held = (await renew(request)) ?? (await takeOver(request));
    if (held !== null) return held;
    const { lane, owner, until } = request;
    const first = { _id: lane, schema: 1, lane, owner, token: 1, until };
    return (await insertOne(lanes, first)) ? first : null;
  }

  return {
    leaseLane: (request) => attempt(async () => optional(documents.laneLease, await lease(request))),
    async notePost(lane, token, at) {
      return (await attempt(() => lanes.updateOne({ _id: lane, token }, { $max: { lastPostAt: at } }, limits))).matchedCount === 1;
    },
    beginPause({ scope, reason, since }) {
      const stored = toStored(scope, documents.pause.check({ scope, reason, since }));
      return attempt(() => insertOne(pauses, stored));
    },
    endPause: (scope) => attempt(async () => (await pauses.deleteOne({ _id: scope }, limits)).deletedCount === 1),
    async listPauses() {
      const found = await attempt(() => pauses.find({}, { ...limits, sort: { _id: 1 } }).toArray());
      return found.map((stored) => fromStored(documents.pause, stored));
    },
  };
}
