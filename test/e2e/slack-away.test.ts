import { afterEach, describe, expect, it } from 'vitest';
import { expectAllDelivered } from './delivered.ts';
import { startDeliveryWorld } from './delivery-world.ts';
import type { DeliveryWorld } from './delivery-world.ts';
import { acts, incidentOf, perform, tell, tellRest } from './incident-story.ts';

let world: DeliveryWorld;
afterEach(() => world.end());

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

async function statusOf(path: string): Promise<number> {
  const response = await fetch(new URL(path, world.tocsin().webhookUrl));
  await response.arrayBuffer();
  return response.status;
}

describe('Slack is away when the bot starts', () => {
  it('alerts are taken in, incidents live, and later everything is posted once, as it is by then', async () => {
    world = await startDeliveryWorld({ slackIsAway: true });
    expect([await statusOf('/healthz'), await statusOf('/readyz')]).toEqual([200, 200]);
    for (const service of ['video', 'audio', 'text']) {
      await tell(world, service, 5 * minuteMs);
      expect(await incidentOf(world, service)).toMatchObject({ state: 'resolved', acknowledgedBy: { name: 'ana' } });
    }
    await world.passes(2 * hourMs);
    expect(await statusOf('/readyz')).toBe(200);
    expect((await world.store.outbox.counts()).dead).toBe(0);

    await world.slackReturns();
    await world.rests();
    await expectAllDelivered(world);
    const texts = world.workspace.channel('#incidents').messages();
    const roots = texts.filter(({ threadTs, ts }) => threadTs === undefined || threadTs === ts);
    expect(roots.map(({ edited, text }) => [edited, /resolved/i.test(text)])).toEqual(Array.from({ length: 3 }, () => [false, true]));
    // Whoever is on call gets the way to the thread, which was not there yet when they were told; nothing else was ever older than now.
    expect(world.workspace.stats.calls('chat.update')).toBeLessThanOrEqual(3);
  });

  it('roots come before replies, the gravest first', async () => {
    world = await startDeliveryWorld({ slackIsAway: true });
    for (const service of ['video', 'audio', 'text']) await perform(world, service, 'alert');
    await world.passes(10 * minuteMs);
    await world.slackReturns();
    await world.rests();
    const calls = world.workspace.stats
      .recentCalls()
      .filter(({ method, args }) => method === 'chat.postMessage' && args['channel'] === 'C0INCIDENTS');
    expect(calls.map(({ args }) => args['thread_ts'] !== undefined)).toEqual(calls.map((_, index) => index >= 3));
  });

  it('commands are answered, though nothing can be posted', async () => {
    world = await startDeliveryWorld({ slackIsAway: true });
    await perform(world, 'video', 'alert');
    await world.passes(2000);
    const ana = world.slack.person('ana');
    await ana.types('/incident ack INC-1', { in: world.slack.channel('#engineering') });
    await ana.seesOnlyToThem(/You acknowledged INC-1/);
    await ana.types('/incident list', { in: world.slack.channel('#engineering') });
    await ana.seesOnlyToThem(/Video Processing Error Budget Exhausted/);
    for (const act of acts.slice(2)) await perform(world, 'video', act);
    await world.passes(minuteMs);
    await world.slackReturns();
    await world.rests();
    await expectAllDelivered(world);
  });
});

describe('Slack goes away for hours', () => {
  it('in the middle of an incident: what changed meanwhile is one edit of each message', async () => {
    world = await startDeliveryWorld();
    await perform(world, 'video', 'alert');
    await world.rests();
    await world.slackLeaves();
    await tellRest(world, 'video', 20 * minuteMs);
    const before = world.workspace.stats.calls('chat.update');
    await world.slackReturns();
    await world.rests();
    await expectAllDelivered(world);
    expect(world.workspace.stats.calls('chat.update') - before).toBeLessThanOrEqual(4);
  });

  it('right after a post whose answer it lost: that post is found, not repeated', async () => {
    world = await startDeliveryWorld();
    world.workspace.faults.set({ dropAfterApply: { methods: ['chat.postMessage'], skip: 2, times: 1 } });
    await perform(world, 'video', 'alert');
    await world.slack.until(
      () => (world.workspace.channel('#incidents').messages()[0]?.replyCount === 1 ? true : undefined),
      () => 'the first reply never came',
    );
    await world.slackLeaves();
    await world.passes(2 * hourMs);
    expect(await world.store.outbox.counts()).not.toMatchObject({ ambiguous: 0, due: 0 });
    await world.slackReturns();
    await world.rests();
    await tellRest(world, 'video', 3000);
    await world.rests();
    const delivered = await expectAllDelivered(world);
    expect(delivered.filter(({ text }) => text.includes('(re-sent)'))).toEqual([]);
  });

  it('and the bot is restarted meanwhile', async () => {
    world = await startDeliveryWorld();
    await perform(world, 'video', 'alert');
    await world.passes(1000);
    await world.slackLeaves();
    await perform(world, 'audio', 'alert');
    await world.passes(30 * minuteMs);
    await world.restart();
    await tellRest(world, 'video', minuteMs);
    await world.restart();
    await world.passes(30 * minuteMs);
    await world.slackReturns();
    await tellRest(world, 'audio', 3000);
    await world.rests();
    await expectAllDelivered(world);
  });

  it('again and again, for seconds', async () => {
    world = await startDeliveryWorld();
    const flapping = async () => {
      for (let time = 0; time < 4; time += 1) {
        await world.passes(2000);
        await world.slackLeaves();
        await world.passes(4000);
        await world.slackReturns();
      }
    };
    for (const act of acts) {
      await perform(world, 'video', act);
      await flapping();
    }
    await world.rests();
    await expectAllDelivered(world);
  });
});
