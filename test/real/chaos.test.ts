import { describe, expect, it } from 'vitest';
import { foundIn } from '../chaos/scenario.ts';
import type { Effort, Scenario } from '../chaos/scenario.ts';
import { clocks } from '../chaos/scenarios/clocks.ts';
import { freezes } from '../chaos/scenarios/freezes.ts';
import { kills } from '../chaos/scenarios/kills.ts';
import { network } from '../chaos/scenarios/network.ts';
import { rolling } from '../chaos/scenarios/rolling.ts';
import { soak } from '../chaos/scenarios/soak.ts';
import { stops } from '../chaos/scenarios/stops.ts';
import { mongoServer } from './servers/ferretdb.ts';
import { requireOrSkip } from './support/require.ts';

// Short forms of what `npm run chaos` does; TOCSIN_SEED brings one back. The counting afterwards is the same.

const seed = Number(process.env['TOCSIN_SEED'] ?? Date.now() % 1_000_000);
const mostMs = 900_000;

type Short = { scenario: Scenario; name: string } & Omit<Effort, 'seed' | 'store'>;

const effort = { replicas: 1, kills: 0, minutes: 0 };
const embedded: readonly Short[] = [
  { ...effort, scenario: kills, name: 'killed 20 times', kills: 20 },
  { ...effort, scenario: freezes, name: 'one of two frozen for longer than its leases', replicas: 2, kills: 15 },
  { ...effort, scenario: clocks, name: 'clocks set by ten minutes', replicas: 2, kills: 75 },
  { ...effort, scenario: rolling, name: 'restarted one by one', replicas: 2, kills: 100 },
  { ...effort, scenario: soak, name: 'a steady load', minutes: 0.3 },
];
const mongo: readonly Short[] = [
  { ...effort, scenario: kills, name: 'two replicas, killed 6 times', replicas: 2, kills: 6 },
  { ...effort, scenario: network, name: 'two replicas, and lines that fail', replicas: 2, kills: 50 },
  { ...effort, scenario: stops, name: 'told to stop while something hangs' },
];

async function live({ scenario, name, ...asked }: Short, store: Effort['store']): Promise<void> {
  const outcome = await scenario.run({ ...asked, seed, store });
  process.stdout.write(`${name}: ${JSON.stringify({ seed, ...outcome.figures })}\n`);
  expect(foundIn(outcome)).toEqual([]);
  expect(outcome.figures['accepted']).toBeGreaterThan(0);
}

describe(`chaos before the embedded store (TOCSIN_SEED=${seed})`, () => {
  it.each(embedded)('$name', async (short) => live(short, 'embedded'), mostMs);
});

requireOrSkip(
  mongoServer.name,
  mongoServer.present,
  mongoServer.how,
)(`chaos before a MongoDB server (TOCSIN_SEED=${seed})`, () => {
  it.each(mongo)('$name', async (short) => live(short, 'mongo'), mostMs);
});
