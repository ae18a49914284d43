import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { createReadAhead } from '../../../src/alerts/read-ahead.ts';
import { deliveryIds, receiveDelivery } from '../../../src/alerts/receive.ts';
import { drawContextFor } from '../../../src/chat/draw-context.ts';
import { drawMessage } from '../../../src/chat/views/draw.ts';
import { readTimeline } from '../../../src/export/read-timeline.ts';
import { renderExport } from '../../../src/export/render.ts';
import { verifyExport } from '../../../src/export/verify.ts';
import { relayPending } from '../../../src/outbox/relay.ts';
import { readRunbookSteps } from '../../../src/reading/read-step.ts';
import { createRunbookLibrary } from '../../../src/runbooks/library.ts';
import { parseRunbook } from '../../../src/runbooks/parse.ts';
import { createWorld, runbookText } from '../../alerts/support/world.ts';
import type { World } from '../../alerts/support/world.ts';
import { assertDrawable } from '../engine/drawn.ts';
import { createTarget } from '../engine/target.ts';
import { mutatedNotification, webhookBody } from '../given/webhook.ts';

const runbooks = createRunbookLibrary([parseRunbook({ path: 'video-errors.md', text: runbookText })]);

/** The rounds that the story may take: far more than it has deliveries, so that only what never ends is found. */
const mostRounds = 50;

async function workAll(world: World): Promise<void> {
  for (let round = 0; (await world.store.deliveries.counts()).waiting > 0; round += 1) {
    assert.ok(round < mostRounds, 'the deliveries are never done');
    await world.work();
    world.advanceMinutes(1);
  }
}

async function checkIncidents(world: World): Promise<void> {
  const { store, clock } = world;
  for (const incident of await world.incidents()) {
    const sources = {
      alerts: store.alerts,
      timeline: store.timeline,
      runbooks,
      steps: { read: readRunbookSteps, offers: () => Promise.resolve([]) },
      linksFor: () => ({}),
      command: '/incident',
      clock,
    };
    const context = await drawContextFor(sources, incident);
    for (const type of ['card', 'alerts', 'brief', 'oncall', 'runbook'] as const) assertDrawable(drawMessage({ type }, context));
    for (const entry of await readTimeline(store.timeline, incident))
      assertDrawable(drawMessage({ type: 'entry', seq: entry.seq, broadcast: false }, { ...context, entry }));
    const json = await renderExport({ ...store, clock, runbooks }, { number: incident.number, format: 'json' });
    assert.deepEqual(verifyExport(json?.body ?? '').ok, true, JSON.stringify(verifyExport(json?.body ?? '')));
    assert.notEqual((await renderExport({ ...store, clock, runbooks }, { number: incident.number, format: 'md' }))?.body, undefined);
  }
}

export const alertStories = createTarget({
  name: 'alert-stories',
  promises: 'whatever was accepted is worked off, none is parked, what comes of it can be drawn in Slack, exported and verified',
  share: 5,
  given: fc.array(fc.oneof({ weight: 5, arbitrary: mutatedNotification }, webhookBody), { minLength: 1, maxLength: 4 }),
  open: () => {},
  async run(bodies) {
    const world = createWorld();
    try {
      const nextId = deliveryIds(world.clock);
      const deps = { deliveries: world.store.deliveries, clock: world.clock, nextId, ahead: createReadAhead(), received: () => {} };
      let accepted = 0;
      for (const body of bodies) {
        const { type } = await receiveDelivery(deps, { body, userAgent: 'Alertmanager/0.34.0' });
        accepted += type === 'accepted' ? 1 : 0;
        await workAll(world);
        world.advanceMinutes(3);
      }
      const counts = await world.store.deliveries.counts();
      assert.deepEqual(counts, { waiting: 0, done: accepted, parked: 0, rejected: bodies.length - accepted });
      for (let served = 1; served > 0;) served = await relayPending(world.store);
      await checkIncidents(world);
    } finally {
      await world.store.close();
    }
  },
});
