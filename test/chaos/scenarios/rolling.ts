import { liveThrough } from '../scenario.ts';
import type { Scenario } from '../scenario.ts';
import { passes } from '../world.ts';

/** Replicas that are stopped and started one after the other, as a new version is rolled out, while alerts and commands go on. */
export const rolling: Scenario = {
  name: 'rolling',
  async run({ seed, store, replicas, kills }) {
    const slow: string[] = [];
    const outcome = await liveThrough(
      {
        seed,
        store,
        replicas: Math.max(2, replicas),
        speed: 2,
        settings: { escalation: { steps: [] }, approvals: { expiryMinutes: 1, breakGlassMinutes: 0.9 } },
      },
      {
        async trouble(world) {
          await Promise.all(world.replicas.map((replica) => replica.start()));
          const rounds = Math.ceil(kills / 100);
          let longestMs = 0;
          for (let round = 0; round < rounds; round += 1) {
            for (const replica of world.replicas) {
              await passes(world, 3000);
              const { status, tookMs } = await replica.stop();
              longestMs = Math.max(longestMs, tookMs);
              if (status !== 0) slow.push(`${replica.name} ended with ${status} after ${Math.round(tookMs)} ms`);
              await replica.start();
            }
          }
          return { restarts: rounds * world.replicas.length, longestStopMs: Math.round(longestMs) };
        },
      },
    );
    return { ...outcome, faults: { ...outcome.faults, 'stops that were not clean': slow } };
  },
};
