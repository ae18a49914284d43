import { setTimeout as realTime } from 'node:timers/promises';
import { liveThrough } from '../scenario.ts';
import type { Scenario } from '../scenario.ts';
import { passes } from '../world.ts';
import type { ChaosWorld } from '../world.ts';

/** Longer than any lease: deliveries, lanes, executions, claims of due work. */
const frozenMs = 100_000;

/** SIGSTOP of one replica for longer than its leases while others take over, then SIGCONT: what it still wanted to write is refused. */
export const freezes: Scenario = {
  name: 'freezes',
  run: ({ seed, store, replicas, kills, speed }) =>
    liveThrough(
      { seed, store, replicas: Math.max(2, replicas), speed },
      {
        async trouble(world) {
          // What is under way for longer is frozen more often while it is under way.
          world.workspace.faults.set({ latency: { ms: 1500, methods: ['chat.postMessage', 'chat.update'] } });
          world.cluster.faults.set({ type: 'delay', ms: 3000, on: { method: 'PATCH', dryRun: false } });
          await Promise.all(world.replicas.map((replica) => replica.start()));
          const times = Math.ceil(kills / 10);
          for (let freeze = 0; freeze < times; freeze += 1) await freezeOne(world);
          world.workspace.faults.clear();
          world.cluster.faults.clear();
          const samples = await Promise.all(world.replicas.map((replica) => replica.sample()));
          return { freezes: times, lateWritesRefused: samples.reduce((sum, { refusals }) => sum + refusals, 0) };
        },
      },
    ),
};

async function freezeOne({ dice, replicas, speed }: ChaosWorld): Promise<void> {
  const replica = dice.one(replicas);
  await realTime(dice.below(2000));
  replica.freeze();
  await realTime(frozenMs / speed);
  replica.thaw();
  await passes({ speed }, 10_000);
}
