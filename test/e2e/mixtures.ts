import type { FaultChange } from '../../src/simulator/slack/faults.ts';
import type { DeliveryWorld } from './delivery-world.ts';
import { acts, perform } from './incident-story.ts';

/** Numbers that look random and are the same for the same seed. */
type Dice = {
  /** 0 up to, and without, `sides`. */
  below(sides: number): number;
  one<T>(of: readonly T[]): T;
};

/** A linear congruential generator: its quality is that a printed seed brings a failure back. */
function createDice(seed: number): Dice {
  let state = (seed * 2_654_435_761) >>> 0;
  const below = (sides: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
  return {
    below,
    one(of) {
      const chosen = of[below(of.length)];
      if (chosen === undefined) throw new Error('there is nothing to choose from');
      return chosen;
    },
  };
}

const writes = ['chat.postMessage', 'chat.update'];
const methodSets: readonly string[][] = [
  ['chat.postMessage'],
  ['chat.update'],
  writes,
  [...writes, 'conversations.history', 'conversations.replies'],
  ['conversations.list', 'auth.test', 'users.info', ...writes],
];

/** One fault of a few hits. What is late and unreadable for longer than our patience, nobody could tell from lost. */
function fault(dice: Dice): FaultChange {
  const place = { methods: dice.one(methodSets), times: 1 + dice.below(5), skip: dice.below(3), every: 1 + dice.below(3) };
  const choices: readonly (() => FaultChange)[] = [
    () => ({ dropBeforeApply: place }),
    () => ({ dropAfterApply: place }),
    () => ({ serverErrorBeforeApply: { ...place, status: dice.one([500, 502, 503, 504] as const) } }),
    () => ({ serverErrorAfterApply: { ...place, status: dice.one([500, 502, 503, 504] as const) } }),
    () => ({ html: { ...place, applied: dice.below(2) === 0 } }),
    () => ({ truncatedBody: place }),
    () => ({ stalledBody: { ...place, times: 1 + dice.below(2) } }),
    () => ({ rateLimited: { ...place, retryAfterS: dice.one([1, 5, 20, null]) } }),
    () => ({ fatalErrorAfterApply: place }),
    () => ({ tokenRevoked: { ...place, methods: writes } }),
    () => ({ latency: { ...place, methods: writes, times: 1 + dice.below(2), ms: 1000 + dice.below(5000) } }),
    () => ({ historyLag: { ms: dice.below(4000) } }),
    () => ({ channelArchived: { channels: [dice.one(['#incidents', '#oncall'])] } }),
  ];
  return dice.one(choices)();
}

/**
 * Lives through two or three incidents at once, with faults that come, pile up and go between the acts, and now and then a restart. All
 * faults are gone at the end. `told` gets what happened, for whoever has to understand a failure.
 */
export async function liveThroughMixture(world: DeliveryWorld, seed: number, told: string[]): Promise<void> {
  const dice = createDice(seed);
  const left = Array.from({ length: 2 + dice.below(2) }, (_, index) => ({ service: `service-${index}`, acts: [...acts] }));
  world.workspace.faults.set({ burstDropped: {} });
  while (left.some((incident) => incident.acts.length > 0)) {
    if (dice.below(3) > 0) {
      const change = fault(dice);
      told.push(JSON.stringify(change));
      world.workspace.faults.set(change);
    }
    if (dice.below(4) === 0) world.workspace.faults.set({ channelArchived: null, tokenRevoked: null, latency: null });
    const { service, acts: next } = dice.one(left.filter((incident) => incident.acts.length > 0));
    const act = next.shift();
    if (act === undefined) continue;
    const gapMs = dice.one([0, 500, 2000, 5000, 20_000]);
    told.push(`${service}: ${act}, then ${gapMs} ms`);
    await perform(world, service, act);
    await world.passes(gapMs, gapMs > 2000 ? 1000 : 150);
    if (dice.below(12) === 0) {
      told.push('restart');
      await world.restart();
    }
  }
  await world.passes(dice.one([0, 60_000]), 2000);
  world.workspace.faults.clear();
  await world.rests();
}
