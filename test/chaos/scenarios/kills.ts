import { setTimeout as realTime } from 'node:timers/promises';
import { liveThrough } from '../scenario.ts';
import type { Scenario } from '../scenario.ts';
import { badWeather } from '../slack-weather.ts';
import { passes } from '../world.ts';
import type { ChaosWorld } from '../world.ts';

/** A long run takes half an hour and more. */
const progressEach = 50;

/** SIGKILL at random moments of a busy time in which Slack has trouble too, now and then while a process only starts. */
export const kills: Scenario = {
  name: 'kills',
  run: ({ seed, store, replicas, kills, speed }) =>
    liveThrough(
      { seed, store, replicas, speed },
      {
        async trouble(world) {
          const over = new AbortController();
          const weather = badWeather(world, over.signal);
          const killed = await killAtRandom(world, kills);
          over.abort();
          await weather;
          return killed;
        },
      },
    ),
};

/** By the world's clock. A lone process needs some time to get anywhere between its deaths, and now and then enough for a mitigation. */
function mostLifeMs({ replicas, dice }: ChaosWorld): number {
  if (replicas.length > 1) return 9000;
  return dice.chance(0.2) ? 80_000 : 20_000;
}

async function killAtRandom(world: ChaosWorld, times: number): Promise<{ kills: number; killedWhileStarting: number }> {
  const { replicas, dice } = world;
  let killedWhileStarting = 0;
  const starts = replicas.map((replica) => replica.start());
  await Promise.all(starts);
  for (let kill = 0; kill < times; kill += 1) {
    const index = dice.below(replicas.length);
    const replica = replicas[index];
    if (replica === undefined) continue;
    const isStarting = dice.chance(0.15);
    if (!isStarting) await Promise.race([starts[index], realTime(60_000, undefined, { ref: false })]);
    await passes(world, dice.below(mostLifeMs(world)));
    if (replica.addresses() === undefined) killedWhileStarting += 1;
    await replica.kill();
    starts[index] = replica.start();
    if ((kill + 1) % progressEach === 0) process.stderr.write(`  killed ${kill + 1} times\n`);
  }
  await Promise.all(starts);
  return { kills: times, killedWhileStarting };
}
