import { afterEach, beforeEach, expect, it } from 'vitest';
import { createStepWorld, stepSource } from './step-world.ts';
import type { StepWorld } from './step-world.ts';

let world: StepWorld;
beforeEach(async () => {
  world = await createStepWorld();
});
afterEach(() => world.close());

it('makes no plan that would keep what a Secret holds', async () => {
  const made = await fetch(`${world.access.url}/api/v1/namespaces/video-processing/secrets`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.access.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, data: { pass: 'aHVudGVyMg==' } }),
  });
  expect(made.status).toBe(201);
  const report = await world.plan(stepSource('kubectl label secret db checked=yes -n video-processing'));
  expect(report).toMatchObject({ type: 'failed', reason: expect.stringContaining('changing Secret db') });
  expect(JSON.stringify(report)).not.toContain('aHVudGVyMg');
});
