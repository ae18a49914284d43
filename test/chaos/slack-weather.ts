import { setTimeout as realTime } from 'node:timers/promises';
import type { FaultChange } from '../../src/simulator/slack/faults.ts';
import type { Dice } from './dice.ts';
import type { ChaosWorld } from './world.ts';

const writes = ['chat.postMessage', 'chat.update'];

/** One kind of trouble with Slack for a few calls: 429, 5xx before and after, lost answers, answers that never end, web pages. */
function fault(dice: Dice): FaultChange {
  const place = { methods: writes, times: 1 + dice.below(4), every: 1 + dice.below(3) };
  const status = dice.one([500, 502, 503, 504] as const);
  const choices: readonly (() => FaultChange)[] = [
    () => ({ rateLimited: { ...place, retryAfterS: dice.one([1, 3, 10, null]) } }),
    () => ({ serverErrorBeforeApply: { ...place, status } }),
    () => ({ serverErrorAfterApply: { ...place, status } }),
    () => ({ dropBeforeApply: place }),
    () => ({ dropAfterApply: place }),
    () => ({ truncatedBody: place }),
    () => ({ stalledBody: { ...place, times: 1 } }),
    () => ({ html: { ...place, applied: dice.chance(0.5) } }),
    () => ({ fatalErrorAfterApply: place }),
    () => ({ historyLag: { ms: dice.below(4000) } }),
  ];
  return dice.one(choices)();
}

/** Slack has trouble of one kind after the other until `signal` is raised; then it is well again. */
export async function badWeather(world: ChaosWorld, signal: AbortSignal): Promise<void> {
  const { workspace, dice } = world;
  while (!signal.aborted) {
    if (dice.chance(0.6)) workspace.faults.set(fault(dice));
    else workspace.faults.clear();
    await realTime(500 + dice.below(1500));
  }
  workspace.faults.clear();
}
