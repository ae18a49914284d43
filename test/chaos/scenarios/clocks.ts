import { liveThrough } from '../scenario.ts';
import type { Outcome, Scenario } from '../scenario.ts';
import { passes } from '../world.ts';
import type { ChaosWorld } from '../world.ts';

const minuteMs = 60_000;
const step = 10 * minuteMs;

/** Clocks that are set by ten minutes, forwards and backwards, in one replica against the others and while it runs or is down. */
export const clocks: Scenario = {
  name: 'clocks',
  run: ({ seed, store, replicas, kills, speed }): Promise<Outcome> =>
    liveThrough(
      // Proposals must not all expire because one clock is ahead; nothing else waits for so long.
      {
        seed,
        store,
        replicas,
        speed,
        settings: { approvals: { expiryMinutes: 12, breakGlassMinutes: 11 } },
      },
      {
        async trouble(world) {
          await Promise.all(world.replicas.map((replica) => replica.start()));
          const steps = Math.max(4, Math.ceil(kills / 25));
          for (let each = 0; each < steps; each += 1) await stepOne(world, each);
          // Somebody has set the clocks right in the end.
          for (const replica of world.replicas) replica.setClock(0);
          await passes(world, minuteMs);
          return { steps };
        },
      },
    ),
};

async function stepOne(world: ChaosWorld, index: number): Promise<void> {
  const { dice, replicas } = world;
  const replica = dice.one(replicas);
  const by = [step, -step, 0][index % 3] ?? 0;
  if (dice.chance(0.3)) {
    // Set while it was down.
    await replica.kill();
    replica.setClock(by);
    await replica.start();
  } else {
    replica.setClock(by);
  }
  await passes(world, minuteMs);
}
