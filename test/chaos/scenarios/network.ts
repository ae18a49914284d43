import { setTimeout as realTime } from 'node:timers/promises';
import type { Fault, TcpProxy } from '../../support/tcp-proxy.ts';
import { liveThrough } from '../scenario.ts';
import type { Scenario } from '../scenario.ts';
import type { ChaosWorld } from '../world.ts';

const faults: readonly Fault[] = [
  { type: 'drop' },
  { type: 'refuse' },
  { type: 'half_open', silent: 'to_client' },
  { type: 'half_open', silent: 'to_target' },
  { type: 'delay', ms: 300, jitterMs: 300 },
  { type: 'reorder', ms: 400 },
  { type: 'throttle', bytesPerSecond: 4000 },
];

/** The lines between the bots and their store, and between the bots and Slack: cut, silent, one-way, slow, out of order, reset. */
export const network: Scenario = {
  name: 'network',
  run: ({ seed, store, replicas, kills, speed = 10 }) =>
    liveThrough(
      { seed, store, replicas, speed },
      {
        async trouble(world) {
          await Promise.all(world.replicas.map((replica) => replica.start()));
          const lines = world.lines.flatMap(({ slack, store: toStore }) => (toStore === undefined ? [slack] : [slack, toStore]));
          const rounds = Math.ceil(kills / 10);
          const counted = { resets: 0 };
          for (let round = 0; round < rounds; round += 1) await disturb(world, lines, counted);
          for (const line of lines) line.set({ type: 'pass' });
          return { disturbances: rounds, ...counted };
        },
      },
    ),
};

async function disturb({ dice }: ChaosWorld, lines: readonly TcpProxy[], counted: { resets: number }): Promise<void> {
  const line = dice.one(lines);
  if (dice.chance(0.2)) {
    counted.resets += line.resetAll();
    await realTime(300);
    return;
  }
  line.set(dice.one(faults));
  await realTime(300 + dice.below(5000));
  if (dice.chance(0.7)) line.set({ type: 'pass' });
  await realTime(dice.below(1000));
}
