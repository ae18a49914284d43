import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FaultChange } from '../../src/simulator/slack/faults.ts';
import { exampleScopes } from '../../src/simulator/slack/example-workspace.ts';
import { expectAllDelivered } from './delivered.ts';
import { startDeliveryWorld } from './delivery-world.ts';
import type { DeliveryWorld } from './delivery-world.ts';
import { acts, perform, tell, tellRest } from './incident-story.ts';

let world: DeliveryWorld;
beforeEach(async () => {
  world = await startDeliveryWorld();
});
afterEach(() => world.end());

const minuteMs = 60_000;

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

  it('the token is revoked and, ten minutes later, works again', async () => {
    await perform(world, 'video', 'alert');
    await world.passes(2000);
    world.workspace.faults.set({ tokenRevoked: {} });
    await tellRest(world, 'video', 3000);
    await world.passes(10 * minuteMs, 5000);
    world.workspace.faults.clear();
    await world.rests();
    await expectAllDelivered(world);
  });

  it('the channel is archived in the middle and back ten minutes later', async () => {
    await perform(world, 'video', 'alert');
    await world.passes(2000);
    world.workspace.channel('#incidents').archive();
    await tellRest(world, 'video', 3000);
    await world.passes(10 * minuteMs, 5000);
    world.workspace.channel('#incidents').unarchive();
    await world.rests();
    await expectAllDelivered(world);
  });

  it('the channel is archived before the first message, and everything else goes on', async () => {
    world.workspace.faults.set({ channelArchived: { channels: ['#incidents'] } });
    await tell(world, 'video', 3000);
    expect(world.workspace.channel('#oncall').messages()).toHaveLength(1);
    await world.passes(10 * minuteMs, 5000);
    world.workspace.faults.clear();
    await world.rests();
    await expectAllDelivered(world);
  });

  it('the bot is thrown out of the channel', async () => {
    await perform(world, 'video', 'alert');
    await world.passes(2000);
    world.workspace.channel('#incidents').remove(world.workspace.seed.app.botUserId);
    await tellRest(world, 'video', 3000);
    await world.rests();
    await expectAllDelivered(world);
  });

  it('blocks are refused for a while', async () => {
    world.workspace.faults.set({ cumulativeCap: { enabled: true, characters: 20 }, longTextSplit: {} });
    await tell(world, 'video', 3000);
    await world.rests();
    world.workspace.faults.clear();
    await tell(world, 'audio', 3000);
    await world.rests();
    await expectAllDelivered(world);
  });

  it('posts over the pace vanish, and everything happens at once', async () => {
    world.workspace.faults.set({ burstDropped: {} });
    const services = ['a', 'b', 'c', 'd', 'e'].map((name) => `service-${name}`);
    for (const act of acts) {
      for (const service of services) await perform(world, service, act);
    }
    await world.rests();
    await expectAllDelivered(world);
  });
});

describe('a scope is missing', () => {
  async function startWithout(scope: string) {
    await world.end();
    const scopes = exampleScopes.filter((one) => one !== scope);
    world = await startDeliveryWorld({ workspace: { scopes } });
    return () => scopes.push(scope);
  }

  it.each(['chat:write', 'channels:read'])('%s: everything waits and is posted once it is there', async (scope) => {
    const repair = await startWithout(scope);
    await tell(world, 'video', 3000);
    await world.passes(10 * minuteMs, 5000);
    expect(world.workspace.channel('#incidents').messages()).toEqual([]);
    repair();
    await world.rests();
    await expectAllDelivered(world);
  });

  it('channels:history: a post whose answer was lost is held until it can be looked for', async () => {
    const repair = await startWithout('channels:history');
    world.workspace.faults.set({ dropAfterApply: { ...posts, every: 3, times: 2 } });
    await tell(world, 'video', 3000);
    await world.passes(5 * minuteMs, 5000);
    repair();
    await world.rests();
    await expectAllDelivered(world);
  });

  it('channels:history, for good: the post is repeated and says so', async () => {
    await startWithout('channels:history');
    world.workspace.faults.set({ dropAfterApply: { ...posts, times: 1 } });
    await perform(world, 'video', 'alert');
    await world.rests(5000);
    const cards = world.workspace.channel('#incidents').messages();
    expect(cards).toHaveLength(2);
    expect(cards.map(({ visibleText }) => visibleText.includes('(re-sent)'))).toEqual([false, true]);
  });
});
