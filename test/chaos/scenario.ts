import { untilAtRest } from './at-rest.ts';
import { countFaults } from './count.ts';
import { newLedger, tellStory } from './story.ts';
import type { Ledger, Telling } from './story.ts';
import { startChaosWorld } from './world.ts';
import type { ChaosWorld, StoreKind, WorldOptions } from './world.ts';

/** How a run of chaos was asked for. */
export type Effort = {
  seed: number;
  store: StoreKind;
  replicas: number;
  kills: number;
  /** How long the scenarios that go by time last (real minutes). */
  minutes: number;
  /** How many times faster than life, where it is not for the world to say. A busy machine wants less. */
  speed?: number | undefined;
};

/** What a scenario found: lists that have to be empty, and what it counted besides. */
export type Outcome = { faults: Readonly<Record<string, readonly string[]>>; figures: Readonly<Record<string, number | string>> };

export type Scenario = { name: string; run(effort: Effort): Promise<Outcome> };

type Trouble = {
  /** Does its worst while the story is told; the story ends with it. */
  trouble: (world: ChaosWorld, ledger: Ledger) => Promise<Readonly<Record<string, number | string>> | void>;
  telling?: Pick<Telling, 'tellers' | 'mitigates'>;
};

/** A busy time with trouble in it, then peace until nothing is left to do, and then the counting. Leaves no process behind. */
export async function liveThrough(options: WorldOptions, { trouble, telling = {} }: Trouble): Promise<Outcome> {
  const world = await startChaosWorld(options);
  try {
    const ledger = newLedger();
    let isOver = false;
    const story = tellStory(world, { ledger, over: () => isOver, ...telling });
    const ended = trouble(world, ledger).finally(() => {
      isOver = true;
    });
    const [more] = await Promise.all([ended, story]);
    const begun = performance.now();
    await untilAtRest(world);
    const restSeconds = Math.round((performance.now() - begun) / 1000);
    const { faults, figures } = await countFaults(world, ledger);
    return {
      faults: { ...faults, 'answers that are neither 200 nor 503': strangeIn(ledger) },
      figures: { ...figures, ...more, restSeconds, answers: answersOf(ledger) },
    };
  } finally {
    await world.end();
  }
}

/** Who sends alerts sees them taken, the request to come again, or nothing at all. */
function strangeIn({ answers }: Ledger): readonly string[] {
  return [...answers].filter(([status]) => ![0, 200, 503].includes(status)).map(([status, times]) => `${status}: ${times}`);
}

function answersOf({ answers }: Ledger): string {
  return [...answers].map(([status, times]) => `${status === 0 ? 'none' : status}: ${times}`).join(', ');
}

/** Each fault that was found, in one line. */
export function foundIn({ faults }: Outcome): readonly string[] {
  return Object.entries(faults).flatMap(([name, found]) => found.map((each) => `${name}: ${each}`));
}
