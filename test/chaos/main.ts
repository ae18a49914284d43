import { parseArgs } from 'node:util';
import { describeError } from '../../src/kernel/errors.ts';
import { writeReport } from './report.ts';
import { foundIn } from './scenario.ts';
import type { Outcome } from './scenario.ts';
import { clocks } from './scenarios/clocks.ts';
import { freezes } from './scenarios/freezes.ts';
import { kills } from './scenarios/kills.ts';
import { network } from './scenarios/network.ts';
import { rolling } from './scenarios/rolling.ts';
import { soak } from './scenarios/soak.ts';
import { stops } from './scenarios/stops.ts';

const scenarios = [kills, freezes, clocks, network, rolling, stops, soak];
const names = scenarios.map(({ name }) => name);

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    kills: { type: 'string', default: '500' },
    replicas: { type: 'string' },
    store: { type: 'string' },
    only: { type: 'string' },
    minutes: { type: 'string', default: '20' },
    speed: { type: 'string' },
  },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const chosen = (values.only ?? names.join(','))
  .split(',')
  .map((name) => scenarios.find((scenario) => scenario.name === name) ?? refuse(name));
const stores =
  values.store === undefined ? (['embedded', 'mongo'] as const) : [values.store === 'mongo' ? ('mongo' as const) : ('embedded' as const)];
const counts = values.replicas === undefined ? [1, 3] : [Number(values.replicas)];

function refuse(name: string): never {
  process.stderr.write(`there is no scenario "${name}": there are ${names.join(', ')}\n`);
  process.exit(64);
}

process.stdout.write(`chaos with --seed ${seed}\n`);
const runs: object[] = [];
let failed = 0;
for (const scenario of chosen) {
  for (const store of stores) {
    for (const replicas of counts) {
      const asked = {
        seed,
        store,
        replicas,
        kills: Number(values.kills),
        minutes: Number(values.minutes),
        speed: values.speed === undefined ? undefined : Number(values.speed),
      };
      const begun = performance.now();
      const outcome = await attempt(() => scenario.run(asked));
      const seconds = Math.round((performance.now() - begun) / 1000);
      const found = foundIn(outcome);
      failed += found.length;
      runs.push({ scenario: scenario.name, ...asked, seconds, ...outcome });
      const figures = Object.entries(outcome.figures).map(([name, value]) => `${name} ${value}`);
      process.stdout.write(
        `${found.length === 0 ? 'none lost ' : 'FAULTS    '} ${scenario.name} · ${store} · ${replicas} replicas · ${seconds} s: ${figures.join(', ')}\n`,
      );
      for (const line of found.slice(0, 40)) process.stdout.write(`    ${line}\n`);
    }
  }
}
const file = writeReport({ measuredAt: new Date().toISOString(), seed, runs });
process.stdout.write(`\n${failed === 0 ? 'every count is zero' : `${failed} faults`}; written to ${file}\n`);
process.exitCode = failed === 0 ? 0 : 1;

/** A scenario that cannot be carried out is a fault too. */
async function attempt(run: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    return { faults: { 'scenarios that broke': [describeError(error)] }, figures: {} };
  }
}
