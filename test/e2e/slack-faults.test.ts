import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FaultChange } from '../../src/simulator/slack/faults.ts';
import { expectAllDelivered } from './delivered.ts';
import { shortTimeoutsMs, startDeliveryWorld } from './delivery-world.ts';
import type { DeliveryWorld } from './delivery-world.ts';
import { tell } from './incident-story.ts';

let world: DeliveryWorld;
beforeEach(async () => {
  world = await startDeliveryWorld({ host: () => ({ slackTimeoutsMs: shortTimeoutsMs }) });
});
afterEach(() => world.end());

type Place = { methods: string[]; skip?: number; times?: number; every?: number };

/** What one fault is at a place. */
const faults: readonly [string, (place: Place) => FaultChange][] = [
  ['the request is lost', (place) => ({ dropBeforeApply: place })],
  ['the answer is lost', (place) => ({ dropAfterApply: place })],
  ['a 500 comes before anything happens', (place) => ({ serverErrorBeforeApply: { ...place, status: 500 } })],
  ['a 504 comes after it happened', (place) => ({ serverErrorAfterApply: { ...place, status: 504 } })],
  ['a web page comes instead', (place) => ({ html: place })],
  ['a web page comes after it happened', (place) => ({ html: { ...place, applied: true } })],
  ['half a body comes', (place) => ({ truncatedBody: place })],
  ['half a body comes, and then nothing', (place) => ({ stalledBody: place })],
  ['a limit comes with its wait', (place) => ({ rateLimited: { ...place, retryAfterS: 7 } })],
  ['a limit comes without a wait', (place) => ({ rateLimited: { ...place, retryAfterS: null } })],
  ['it is half done', (place) => ({ fatalErrorAfterApply: place })],
  ['it happens after we gave up waiting', (place) => ({ latency: { ...place, ms: 10_000 } })],
  ['the answer is lost and the history late', (place) => ({ dropAfterApply: place, historyLag: { ms: 10_000 } })],
];

const posts = { methods: ['chat.postMessage'] };
const edits = { methods: ['chat.update'] };

/** The first, third and fifth post, and those between; each other edit; each other request of either. */
const places: readonly Place[] = [
  { ...posts, every: 2, times: 3 },
  { ...posts, skip: 1, every: 2, times: 3 },
  { ...edits, every: 2, times: 3 },
  { methods: [...posts.methods, ...edits.methods], skip: 1, every: 2, times: 8 },
];

describe('each message is in Slack once and at its newest when', () => {
  it.each(faults)('%s', async (what, fault) => {
    for (const [index, place] of places.entries()) {
      world.workspace.faults.clear();
      world.workspace.faults.set(fault(place));
      await tell(world, `service-${index}`, 3000);
      await world.rests();
    }
    // What Slack does late falls together with what comes next, whatever distance we keep.
    const delivered = await expectAllDelivered(world, { mostPerSecond: what.includes('after we gave up') ? 2 : 1 });
    expect(delivered).toHaveLength(places.length * 10);
  });
});
