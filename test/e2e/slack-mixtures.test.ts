import { describe, it } from 'vitest';
import { expectAllDelivered } from './delivered.ts';
import { shortTimeoutsMs, startDeliveryWorld } from './delivery-world.ts';
import { liveThroughMixture } from './mixtures.ts';

/** A failure names its seed; give it here to see it again. More of them find more, and take longer. */
const firstSeed = Number(process.env['SEED'] ?? 1);
const seeds = Array.from({ length: Number(process.env['SEEDS'] ?? 12) }, (_, index) => firstSeed + index);

describe('whatever mixture of faults meets whatever happens, each message is in Slack once and at its newest', () => {
  it.each(seeds)('seed %i', async (seed) => {
    const world = await startDeliveryWorld({ host: () => ({ slackTimeoutsMs: shortTimeoutsMs }) });
    const told: string[] = [];
    try {
      await liveThroughMixture(world, seed, told);
      const isLate = told.some((line) => line.includes('latency'));
      // What Slack does late falls together with what comes next, whatever distance we keep.
      await expectAllDelivered(world, { mostPerSecond: isLate ? 3 : 1 });
    } catch (cause) {
      throw new Error(`seed ${seed}:\n${told.join('\n')}\n${String(cause)}`, { cause });
    } finally {
      await world.end();
    }
  });
});
