import { executionsOf, hasEnded } from '../../src/incidents/execution.ts';
import { nameOf } from '../../src/incidents/incident.ts';
import { describeError } from '../../src/kernel/errors.ts';
import { toInstant } from '../../src/kernel/instant.ts';
import { passes } from './world.ts';
import type { ChaosWorld } from './world.ts';

/** By the world's clock. */
const lookMs = 2000;
const patienceMs = 30 * 60_000;

/**
 * Waits until nothing is left to do in the store; throws when for half an hour of the world's clock nothing got less. A proposal that nobody
 * answers expires after 12 minutes of a clock that may be ten ahead, and a message of which nobody knows whether it is there may wait for 15.
 */
export async function untilAtRest(world: ChaosWorld): Promise<void> {
  let least = Number.POSITIVE_INFINITY;
  let giveUp = 0;
  for (;;) {
    const { left, about } = await leftIn(world);
    if (left === 0) return;
    if (left < least) {
      least = left;
      giveUp = Date.now() + patienceMs / world.speed;
    }
    if (Date.now() > giveUp) {
      const ends = world.replicas.flatMap((replica) => replica.ownEnds());
      throw new Error(`still at work: ${JSON.stringify({ ...about, ...(await stuckIn(world)), ends })}`);
    }
    await passes(world, lookMs);
  }
}

async function leftIn({ store }: ChaosWorld) {
  const [deliveries, pending, outbox, open] = await Promise.all([
    store.deliveries.counts(),
    store.incidents.listPending(100),
    store.outbox.counts(),
    store.incidents.list({ limit: 10_000 }),
  ]);
  const running = open.flatMap((incident) =>
    executionsOf(incident)
      .filter((each) => !hasEnded(each))
      .map((each) => `${nameOf(incident)} #${each.number} ${each.state}`),
  );
  const waiting = {
    waiting: deliveries.waiting,
    pending: pending.length,
    due: outbox.due,
    sending: outbox.sending,
    ambiguous: outbox.ambiguous,
  };
  const left = Object.values(waiting).reduce((sum, each) => sum + each, 0) + running.length;
  return { left, about: { ...waiting, running: running.slice(0, 5) } };
}

/** What of each lane waits longest, whether somebody has the lane, what stands still, and what each process met last: enough to tell why nothing gets less. */
async function stuckIn({ store, clock, replicas }: ChaosWorld) {
  const now = toInstant(clock.now());
  const lanes = await Promise.all(
    (['incidents', 'oncall'] as const).map(async (lane) => {
      const longest = await store.outbox.listLongestWaiting(lane, 3);
      const isHeld = (await store.outbox.leaseLane({ lane, owner: 'the counting', now, until: now })) === undefined;
      return [lane, { isHeld, longest: longest.map(({ view: _view, ...message }) => message) }] as const;
    }),
  );
  const errors = await Promise.all(
    replicas.map((replica) =>
      replica.sample().then(
        (sample) => sample.errors,
        (error: unknown) => [describeError(error)],
      ),
    ),
  );
  return { now, pauses: await store.outbox.listPauses(), errors, ...Object.fromEntries(lanes) };
}
