import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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
const posts = { methods: ['chat.postMessage'] };

describe('nothing is lost and nothing doubled when', () => {
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
    await world.rests(150);
    await expectAllDelivered(world);
  });
});

it('the metrics tell what became of the messages', async () => {
  world.workspace.faults.set({ dropAfterApply: { ...posts, times: 1 } });
  await tell(world, 'video', 3000);
  await world.rests();
  const response = await fetch(new URL('/metrics', world.tocsin().webhookUrl));
  const text = await response.text();
  expect(text).toContain('tocsin_outbox_messages{state="idle"} 10');
  expect(text).toContain('tocsin_outbox_messages{state="dead"} 0');
  expect(text).toMatch(/tocsin_outbox_events_total\{event="found",lane="\w+"\} 1/);
});

describe('the incidents channel is another one by now', () => {
  it('because of the configuration: threads go on where they began, also while that channel is archived', async () => {
    await perform(world, 'video', 'alert');
    await world.rests();
    await world.restart({ slack: { channels: { incidents: '#engineering', oncall: '#oncall' } } });
    await perform(world, 'video', 'ack');
    await perform(world, 'audio', 'alert');
    await world.rests();
    world.workspace.channel('#incidents').archive();
    for (const act of acts.slice(2)) await perform(world, 'video', act);
    for (const act of acts.slice(1)) await perform(world, 'audio', act);
    await world.passes(5 * minuteMs, 5000);
    const [root] = world.workspace.channel('#engineering').messages();
    expect(root).toMatchObject({ replyCount: 8 });
    world.workspace.channel('#incidents').unarchive();
    await world.rests(5000);
    const delivered = await expectAllDelivered(world);
    expect(new Set(delivered.map(({ channel }) => channel))).toEqual(new Set(['C0INCIDENTS', 'C0ENGINEER0', 'C0ONCALL000']));
  });

  it('because it was archived and another one has its name', async () => {
    await perform(world, 'video', 'alert');
    await world.rests();
    const [before, after] = [world.workspace.channel('#incidents'), world.workspace.channel('#engineering')];
    before.archive();
    before.rename('incidents-of-last-year');
    after.rename('incidents');
    await perform(world, 'video', 'ack');
    await world.passes(2 * minuteMs);
    await perform(world, 'audio', 'alert');
    await world.passes(5 * minuteMs, 5000);
    expect(world.workspace.channel(after.id).messages()).toMatchObject([{ replyCount: 3 }]);
    before.unarchive();
    for (const act of acts.slice(2)) await perform(world, 'video', act);
    for (const act of acts.slice(1)) await perform(world, 'audio', act);
    await world.rests(5000);
    await expectAllDelivered(world);
  });
});

describe('a scope is missing', () => {
  async function startWithout(scope: string) {
    await world.end();
    const scopes: string[] = exampleScopes.filter((one) => one !== scope);
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
    // Which of the two lanes posts first, and loses its answer, is left open.
    const lanes = ['#incidents', '#oncall'].map((channel) => world.workspace.channel(channel).messages());
    const isRepeat = ({ visibleText }: { visibleText: string }) => visibleText.includes('(re-sent)');
    expect(lanes.flat().filter(isRepeat)).toHaveLength(1);
    const [first, ...later] = lanes.find((messages) => messages.some(isRepeat)) ?? [];
    expect([first === undefined || isRepeat(first), later.some(isRepeat)]).toEqual([false, true]);
  });
});
