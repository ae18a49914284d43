import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { fuzzTargets } from '../targets/index.ts';

const wish = z.object({
  target: z.string(),
  seed: z.number(),
  cases: z.number(),
  path: z.string().optional(),
  progress: z.instanceof(SharedArrayBuffer),
});

const { target: name, path, progress, ...how } = wish.parse(workerData);
const target = fuzzTargets.find((each) => each.name === name);
if (target === undefined) throw new Error(`there is no target "${name}"`);

const count = new Int32Array(progress);
const checked = await target.check({ ...how, ...(path === undefined ? {} : { path }), onCase: () => void Atomics.add(count, 0, 1) });
parentPort?.postMessage(checked);
